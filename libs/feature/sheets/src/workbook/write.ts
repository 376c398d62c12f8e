import { setImmediate as otherWork } from 'node:timers/promises';
import type { DataValidation, Workbook, Worksheet } from 'exceljs';
import type { Catalogue } from '@tongban/domain/catalogue';
import { isoInstant, ok, refuse, type Instant, type Result } from '@tongban/kernel';
import { toRows, type SheetRow } from '../layout/to-rows.js';
import type { Column } from '../layout/columns.js';
import { firstDataRow, keyRow, markSheet, sheetPlans, titleRow, type SheetPlan } from '../layout/workbook-layout.js';
import { sheetLimits } from '../limits.js';
import { columnLetter } from './place.js';
import { cellText } from './text.js';

const usualWidth = 16;
const proseWidth = 32;
/** Rows for which a new sheet offers its drop-downs. */
const offeredRows = 2_000;
/** Excel's bound for the choices written in place. */
const longestChoices = 255;
const noteChoices = 40;
/** Rows after which other requests are let in. */
const rowsPerTurn = 500;

function validationOf({ kind }: Column): DataValidation | undefined {
  const names = kind.of === 'yesNo' ? ['是', '否'] : kind.of === 'choice' ? [...kind.names.values()] : undefined;
  if (names !== undefined) {
    const choices = names.join(',');
    if (choices.length > longestChoices) return undefined;
    const error = { showErrorMessage: true, errorTitle: '不在可选范围内', error: '请从下拉列表中选择' };
    return { type: 'list', allowBlank: true, formulae: [`"${choices}"`], ...error };
  }
  if (kind.of !== 'integer') return undefined;
  const error = { showErrorMessage: true, errorTitle: '应为整数', error: '请填写不小于 0 的整数' };
  return { type: 'whole', operator: 'greaterThanOrEqual', allowBlank: true, formulae: [0], ...error };
}

function noteOf({ kind, required }: Column): string {
  const parts = [required ? '必填' : '选填'];
  if (kind.of === 'choices') {
    parts.push(`可填多个，用“、”分开：${[...kind.names.values()].slice(0, noteChoices).join('、')}`);
  }
  if (kind.of === 'json') parts.push('JSON 文本，一般不在表格中修改');
  if (kind.of === 'list') parts.push('可填多个，用“、”分开');
  return parts.join('；');
}

interface Validations {
  add(address: string, validation: DataValidation): void;
}

function decorate(sheet: Worksheet, columns: readonly Column[], rows: number): void {
  const lastRow = Math.min(sheetLimits.rowsPerSheet, firstDataRow - 1 + Math.max(rows, offeredRows));
  // The typings leave out what the library documents: one validation for a range of cells.
  const { dataValidations } = sheet as unknown as { readonly dataValidations: Validations };
  columns.forEach((column, index) => {
    const letter = columnLetter(index + 1);
    const title = sheet.getCell(titleRow, index + 1);
    title.font = { bold: true, color: { argb: column.required ? 'FFB00020' : 'FF1C1C1C' } };
    title.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEF3F9' } };
    title.note = noteOf(column);
    const validation = validationOf(column);
    if (validation !== undefined) dataValidations.add(`${letter}${firstDataRow}:${letter}${lastRow}`, validation);
  });
  sheet.getRow(keyRow).hidden = true;
  sheet.views = [{ state: 'frozen', xSplit: 1, ySplit: keyRow }];
}

async function addSheet(
  workbook: Workbook,
  { title, columns }: SheetPlan,
  rows: readonly SheetRow[],
): Promise<string | undefined> {
  const sheet = workbook.addWorksheet(title);
  sheet.columns = columns.map(({ kind }) => ({
    width: kind.of === 'text' || kind.of === 'json' ? proseWidth : usualWidth,
    // As text, so that a spreadsheet makes no number of a code and no local date of a day.
    style: { numFmt: kind.of === 'integer' ? '0' : '@', alignment: { vertical: 'top', wrapText: false } },
  }));
  sheet.addRow(columns.map((column) => column.title));
  sheet.addRow(columns.map(({ key }) => key));
  for (const row of rows) {
    const cells = columns.map(({ key }) => {
      const cell = row.get(key);
      return typeof cell === 'string' ? cellText(cell) : (cell ?? null);
    });
    const long = cells.findIndex((cell) => typeof cell === 'string' && cell.length > sheetLimits.cellCharacters);
    if (long >= 0) return `${title}「${columns[long]!.title}」`;
    sheet.addRow(cells);
    if (sheet.rowCount % rowsPerTurn === 0) await otherWork();
  }
  decorate(sheet, columns, rows.length);
  return undefined;
}

/** Who took a copy out of the system, and when. */
export interface Export {
  readonly subject: string;
  readonly at: Instant;
}

/** 谁、何时导出: on a sheet of its own, at the foot of every printed page and in the properties of the file. */
function mark(workbook: Workbook, { subject, at }: Export): void {
  const text = `导出人 ${subject}，导出时间 ${isoInstant(at)}`;
  workbook.creator = subject;
  workbook.lastModifiedBy = subject;
  workbook.created = new Date(at);
  workbook.modified = new Date(at);
  workbook.description = text;
  for (const sheet of workbook.worksheets) sheet.headerFooter.oddFooter = `&L${text.replaceAll('&', '&&')}&R&P/&N`;
  const sheet = workbook.addWorksheet(markSheet);
  sheet.columns = [{ width: proseWidth }, { width: 2 * proseWidth }];
  sheet.addRow(['导出人', cellText(subject)]);
  sheet.addRow(['导出时间', isoInstant(at)]);
  sheet.addRow(['说明', '本页由系统生成，导入时不读取；请按规定保管和使用导出的文件']);
}

/**
 * A catalogue as a workbook with a drop-down wherever there is a choice; of an empty catalogue, the template. What is
 * exported says who took it out and when.
 * Refuses sheet.not-representable when a text is longer than a cell may be, or a list longer than is taken in again.
 */
export async function writeWorkbook(catalogue: Catalogue, exported?: Export): Promise<Result<Buffer>> {
  const { default: excel } = await import('exceljs');
  const workbook = new excel.Workbook();
  const rows = toRows(catalogue);
  for (const plan of sheetPlans) {
    const own = rows.get(plan.title) ?? [];
    if (own.length > sheetLimits.rowsPerSheet - firstDataRow) {
      return refuse('sheet.not-representable', `「${plan.title}」超过 ${sheetLimits.rowsPerSheet} 行，请导出 JSON`);
    }
    const problem = await addSheet(workbook, plan, own);
    if (problem !== undefined) {
      return refuse('sheet.not-representable', `${problem}的内容超过一个单元格的长度，请导出 JSON`);
    }
  }
  if (exported !== undefined) mark(workbook, exported);
  return ok(Buffer.from(await workbook.xlsx.writeBuffer()));
}
