import { ok, refuse, type Result } from '@tongban/kernel';
import type { RawRow, RawSheet } from '../workbook/read.js';
import { fromCell } from './cell.js';
import { textColumnKey, type Column, type PartSheet } from './columns.js';
import { setAt, valueAt } from './members.js';
import { problemAt, type Place, type SheetProblem } from './problem.js';
import {
  blanksColumn,
  firstDataRow,
  keyRow,
  recordLists,
  recordSheets,
  markSheet,
  sheetPlans,
  type RecordList,
  type RecordSheet,
  type SheetPlan,
} from './workbook-layout.js';

/** A record read from a sheet, and where each of its members stands. */
export interface ReadRecord {
  readonly value: Record<string, unknown>;
  /** The nearest cell that a path of the record names; the record's row when none does. */
  placeOf(path: readonly PropertyKey[]): Place;
}

export interface ReadSheets {
  readonly records: Readonly<Record<RecordList, readonly ReadRecord[]>>;
  readonly problems: readonly SheetProblem[];
}

/** A sheet whose columns are known, wherever they stand. */
interface Headed {
  readonly title: string;
  readonly columns: ReadonlyMap<string, { readonly column: Column; readonly number: number }>;
  readonly rows: readonly RawRow[];
}

const layoutProblem = (sheet: string, detail: string): Result<never> =>
  refuse('sheet.layout', `工作表「${sheet}」${detail}，请使用导出的模板`, { sheet });

function headed({ title, columns: planned }: SheetPlan, sheet: RawSheet): Result<Headed> {
  const keys = sheet.rows.find(({ number }) => number === keyRow);
  if (keys === undefined) return layoutProblem(title, `第 ${keyRow} 行没有列标识`);
  const columns = new Map<string, { column: Column; number: number }>();
  for (const [number, key] of keys.cells) {
    const column = planned.find((candidate) => candidate.key === key);
    if (column === undefined) return layoutProblem(title, `没有名为“${key}”的列`);
    if (columns.has(key)) return layoutProblem(title, `的列“${column.title}”出现两次`);
    columns.set(key, { column, number });
  }
  const missing = planned.find(({ key, required }) => required && !columns.has(key));
  if (missing !== undefined) return layoutProblem(title, `缺少列“${missing.title}”`);
  const rows = sheet.rows.filter(({ number }) => number >= firstDataRow);
  return ok({ title, columns, rows });
}

/** Refuses sheet.layout for sheets that are missing, unknown, or have other columns than the template. */
function headedSheets(sheets: readonly RawSheet[]): Result<ReadonlyMap<string, Headed>> {
  const found = new Map<string, Headed>();
  for (const sheet of sheets) {
    if (sheet.name === markSheet) continue;
    const plan = sheetPlans.find(({ title }) => title === sheet.name);
    if (plan === undefined) return layoutProblem(sheet.name, '不属于目录模板');
    const one = headed(plan, sheet);
    if (!one.ok) return one;
    found.set(plan.title, one.value);
  }
  const missing = recordSheets.find(({ title, optional }) => !optional && !found.has(title));
  return missing === undefined ? ok(found) : layoutProblem(missing.title, '不在工作簿中');
}

class Reader {
  readonly problems: SheetProblem[] = [];
  constructor(private readonly sheets: ReadonlyMap<string, Headed>) {}

  place({ title, columns }: Headed, { number: row }: RawRow, key: string): Place {
    const found = columns.get(key);
    const place = { sheet: title, row };
    return found === undefined ? place : { ...place, column: { number: found.number, title: found.column.title } };
  }

  private members(sheet: Headed, row: RawRow, skipped: readonly string[]): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const [key, { column, number }] of sheet.columns) {
      const text = row.cells.get(number);
      if (text === undefined || skipped.includes(key)) continue;
      const read = fromCell(column.kind, text);
      if (read.ok) setAt(value, key, read.value);
      else this.problems.push(problemAt(this.place(sheet, row, key), read.message));
    }
    return value;
  }

  records(sheet: RecordSheet): ReadRecord[] {
    const own = this.sheets.get(sheet.title) ?? nowhere(sheet.title);
    const known = new Set<string>();
    const parts = sheet.layout.parts.map((part) => ({ part, byOwner: this.parts(part, sheet.owner) }));
    const records = own.rows.map((row) => {
      const value = this.members(own, row, [blanksColumn.key]);
      const identity = String(valueAt(value, sheet.identity) ?? '');
      known.add(identity);
      const rowsOf = new Map<string, readonly RawRow[]>();
      for (const { part, byOwner } of parts) {
        const found = byOwner.get(identity);
        if (found === undefined && part.columns.length > 0 && !sheet.layout.blankable.includes(part.field)) {
          value[part.field] = [];
        }
        if (found === undefined) continue;
        value[part.field] = found.map((partRow) => this.part(part, sheet.owner, partRow));
        rowsOf.set(part.field, found);
      }
      this.fillBlanks(own, row, sheet, value);
      return { value, placeOf: (path: readonly PropertyKey[]) => this.placeOf(sheet, row, rowsOf, path) };
    });
    for (const { part, byOwner } of parts) this.reportOrphans(sheet, part, byOwner, known);
    return records;
  }

  private parts(part: PartSheet, owned: Column): Map<string, RawRow[]> {
    const byOwner = new Map<string, RawRow[]>();
    const sheet = this.sheets.get(part.title);
    if (sheet === undefined) return byOwner;
    const { number } = sheet.columns.get(owned.key)!;
    for (const row of sheet.rows) {
      const owner = row.cells.get(number)?.trim() ?? '';
      const rows = byOwner.get(owner);
      if (rows === undefined) byOwner.set(owner, [row]);
      else rows.push(row);
    }
    return byOwner;
  }

  private part(part: PartSheet, owned: Column, row: RawRow): unknown {
    const value = this.members(this.sheets.get(part.title)!, row, [owned.key]);
    return part.isText ? value[textColumnKey] : value;
  }

  private fillBlanks(own: Headed, row: RawRow, { layout }: RecordSheet, value: Record<string, unknown>): void {
    const found = own.columns.get(blanksColumn.key);
    const text = found === undefined ? undefined : row.cells.get(found.number);
    if (text === undefined) return;
    for (const field of text.split('、').map((one) => one.trim())) {
      if (!layout.blankable.includes(field)) {
        this.problems.push(problemAt(this.place(own, row, blanksColumn.key), `没有可以留空的要素“${field}”`));
      } else if (valueAt(value, field) === undefined) {
        const isList =
          layout.parts.some((part) => part.field === field) || layout.columns.some(({ key }) => key === field);
        setAt(value, field, isList ? [] : {});
      }
    }
  }

  private reportOrphans(
    { title, owner: owned }: RecordSheet,
    part: PartSheet,
    byOwner: Map<string, RawRow[]>,
    known: ReadonlySet<string>,
  ): void {
    const sheet = this.sheets.get(part.title);
    if (sheet === undefined) return;
    for (const [owner, rows] of byOwner) {
      if (known.has(owner) && owner !== '') continue;
      const message = owner === '' ? '必填' : `${title}表中没有编码 ${owner}`;
      for (const row of rows) this.problems.push(problemAt(this.place(sheet, row, owned.key), message));
    }
  }

  private placeOf(
    sheet: RecordSheet,
    row: RawRow,
    rowsOf: ReadonlyMap<string, readonly RawRow[]>,
    path: readonly PropertyKey[],
  ): Place {
    const [field, index, ...rest] = path.map(String);
    const part = sheet.layout.parts.find((one) => one.field === field);
    if (part === undefined) return this.nearest(this.sheets.get(sheet.title)!, row, path.map(String), sheet.identity);
    const rows = rowsOf.get(part.field) ?? [];
    const partRow = rows[Number(index ?? 0)];
    if (partRow === undefined) return this.place(this.sheets.get(sheet.title)!, row, sheet.identity);
    const sheetOfPart = this.sheets.get(part.title)!;
    return this.nearest(sheetOfPart, partRow, part.isText ? [textColumnKey] : rest, sheet.owner.key);
  }

  private nearest(sheet: Headed, row: RawRow, path: readonly string[], otherwise: string): Place {
    for (let length = path.length; length > 0; length--) {
      const key = path.slice(0, length).join('.');
      const within = [...sheet.columns.keys()].find((known) => known === key || known.startsWith(`${key}.`));
      if (within !== undefined) return this.place(sheet, row, within);
    }
    return this.place(sheet, row, otherwise);
  }
}

/** A sheet that the workbook does not have. */
const nowhere = (title: string): Headed => ({ title, columns: new Map(), rows: [] });

/** One value per list of a catalogue. */
export const listsOf = <T>(make: (list: RecordList) => T): Readonly<Record<RecordList, T>> =>
  Object.fromEntries(recordLists.map((list) => [list, make(list)])) as Record<RecordList, T>;

/** Records of a workbook, not yet judged; what no cell of its kind can hold is a problem. Refuses sheet.layout. */
export function fromRows(sheets: readonly RawSheet[]): Result<ReadSheets> {
  const found = headedSheets(sheets);
  if (!found.ok) return found;
  const reader = new Reader(found.value);
  const records = listsOf((list) => reader.records(recordSheets.find((sheet) => sheet.list === list)!));
  return ok({ records, problems: reader.problems });
}
