import type { Cell, Worksheet } from 'exceljs';
import { ok, refuse, type Result } from '@tongban/kernel';
import type { SheetLimits } from '../limits.js';
import { inspectParts } from './inspect.js';
import { unpack } from './unpack.js';

export interface RawRow {
  /** As the spreadsheet counts, from 1. */
  readonly number: number;
  /** By column, from 1; empty cells are absent. */
  readonly cells: ReadonlyMap<number, string>;
}

export interface RawSheet {
  readonly name: string;
  readonly rows: readonly RawRow[];
}

/** Only the cells are wanted; some of the rest would be walked through cell by cell, however large its ranges. */
const ignoreNodes = [
  'dataValidations',
  'conditionalFormatting',
  'mergeCells',
  'hyperlinks',
  'cols',
  'autoFilter',
  'drawing',
  'legacyDrawing',
  'picture',
  'tableParts',
  'extLst',
];

/** The text of a cell, or why it has none. */
function textOf(cell: Cell): Result<string> {
  const { value } = cell;
  if (value === null || value === undefined) return ok('');
  if (typeof value === 'string') return ok(value);
  if (typeof value === 'number') return ok(String(value));
  if (typeof value === 'boolean') return ok(value ? '是' : '否');
  // Excel has days without a zone: what it shows is the day in UTC.
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? refuse('sheet.layout', '日期不正确') : ok(value.toISOString().slice(0, 10));
  }
  if ('formula' in value || 'sharedFormula' in value) return refuse('sheet.unsafe', '单元格是公式，请粘贴为数值');
  if ('error' in value) return refuse('sheet.layout', `单元格的值是错误 ${value.error}`);
  if ('richText' in value) return ok(value.richText.map(({ text }) => text).join(''));
  if ('hyperlink' in value) return ok(String(value.text));
  return refuse('sheet.layout', '单元格的内容不是文字、数字或日期');
}

function sheetOf(sheet: Worksheet, limits: SheetLimits): Result<RawSheet> {
  if (sheet.columnCount > limits.columns) {
    return refuse('sheet.too-large', `工作表「${sheet.name}」超过 ${limits.columns} 列`, { sheet: sheet.name });
  }
  const rows: RawRow[] = [];
  let problem: Result<never> | undefined;
  sheet.eachRow((row, number) => {
    const cells = new Map<number, string>();
    row.eachCell((cell, column) => {
      const text = textOf(cell);
      if (text.ok && text.value !== '') cells.set(column, text.value);
      if (text.ok || problem !== undefined) return;
      const { code, detail } = text.refusal;
      const place = { sheet: sheet.name, cell: cell.address };
      problem = refuse(code, `工作表「${sheet.name}」${cell.address}：${detail}`, place);
    });
    if (cells.size > 0) rows.push({ number, cells });
  });
  return problem ?? ok({ name: sheet.name, rows });
}

/**
 * Reads an untrusted workbook into texts. Refuses with the place in `params`: sheet.not-xlsx, sheet.too-large,
 * sheet.unsafe (macros, formulas, links), sheet.layout (merged cells, values that are no values).
 */
export async function readWorkbook(file: Buffer, limits: SheetLimits): Promise<Result<readonly RawSheet[]>> {
  const parts = unpack(file, limits);
  if (!parts.ok) return parts;
  const inspected = inspectParts(parts.value, limits);
  if (!inspected.ok) return inspected;
  // Loaded with the first workbook: it costs a process that sees none 30 MB.
  const { default: excel } = await import('exceljs');
  const workbook = new excel.Workbook();
  try {
    await workbook.xlsx.load(new Uint8Array(file).buffer, { ignoreNodes });
  } catch {
    return refuse('sheet.not-xlsx', '工作簿的内容已损坏，无法读取');
  }
  const sheets: RawSheet[] = [];
  for (const worksheet of workbook.worksheets) {
    const sheet = sheetOf(worksheet, limits);
    if (!sheet.ok) return sheet;
    sheets.push(sheet.value);
  }
  return ok(sheets);
}
