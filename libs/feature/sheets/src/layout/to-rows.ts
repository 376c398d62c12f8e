import type { Catalogue } from '@tongban/domain/catalogue';
import { toCell, type CellValue } from './cell.js';
import { textColumnKey, type Column, type PartSheet } from './columns.js';
import { isBlank, valueAt } from './members.js';
import { blanksColumn, recordSheets, type RecordSheet } from './workbook-layout.js';

/** By the key of the column. */
export type SheetRow = ReadonlyMap<string, CellValue>;

type RecordValue = Readonly<Record<string, unknown>>;

function cellsOf(columns: readonly Column[], value: unknown, row: Map<string, CellValue>): void {
  for (const { key, kind } of columns) {
    const cell = toCell(kind, valueAt(value, key));
    if (cell !== undefined && cell !== '') row.set(key, cell);
  }
}

function recordRow({ layout }: RecordSheet, record: RecordValue): SheetRow {
  const row = new Map<string, CellValue>();
  cellsOf(layout.columns, record, row);
  const blanks = layout.blankable.filter((path) => isBlank(valueAt(record, path)));
  if (blanks.length > 0) row.set(blanksColumn.key, blanks.join('、'));
  return row;
}

function partRow({ isText, columns }: PartSheet, ownerKey: string, owner: string, part: unknown): SheetRow {
  const row = new Map<string, CellValue>([[ownerKey, owner]]);
  if (isText) row.set(textColumnKey, String(part));
  else cellsOf(columns, part, row);
  return row;
}

/** The rows of every sheet, by its title, in the order of the catalogue. */
export function toRows(catalogue: Catalogue): ReadonlyMap<string, readonly SheetRow[]> {
  const sheets = new Map<string, SheetRow[]>();
  for (const sheet of recordSheets) {
    const records: readonly RecordValue[] = catalogue[sheet.list] ?? [];
    sheets.set(
      sheet.title,
      records.map((record) => recordRow(sheet, record)),
    );
    for (const part of sheet.layout.parts) {
      const rows = records.flatMap((record) => {
        const parts = record[part.field];
        const owner = String(record[sheet.identity]);
        return Array.isArray(parts) ? parts.map((one) => partRow(part, sheet.owner.key, owner, one)) : [];
      });
      sheets.set(part.title, rows);
    }
  }
  return sheets;
}
