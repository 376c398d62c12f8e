import type { Column } from './columns.js';
import type { Cell } from './checks.js';
import type { ExchangeProfile } from './profile.js';
import type { FieldValue } from './rows.js';
import { codeOf, type CodeTable } from './tables.js';
import { chinaDate, chinaDateTime } from './times.js';

const fenPerYuan = 100;

/** "12.30"; by whole numbers, because amounts are compared to the fen. */
export const yuan = (fen: number): string => {
  const cents = Math.abs(fen) % fenPerYuan;
  return `${fen < 0 ? '-' : ''}${Math.trunc(Math.abs(fen) / fenPerYuan)}.${String(cents).padStart(2, '0')}`;
};

function coded({ list, lenient }: Column, meaning: string, { codes }: ExchangeProfile): Cell {
  const table: CodeTable<string> | undefined = list === undefined ? undefined : codes[list];
  const code = table === undefined ? null : (codeOf(table, meaning) ?? null);
  return code ?? (lenient === true ? undefined : { noCode: meaning });
}

/** A field of our row as the column of a profile wants it. */
export function cellOf(column: Column, value: FieldValue, profile: ExchangeProfile): Cell {
  if (value === undefined) return undefined;
  switch (column.format) {
    case 'code':
      return coded(column, String(value), profile);
    case 'dateTime':
      return chinaDateTime(Number(value), profile.timeStyle);
    case 'date':
      return chinaDate(String(value), profile.timeStyle);
    case 'amount':
      return yuan(Number(value));
    case 'integer':
      return Number(value);
    case 'text':
      return String(value);
  }
}

/** Back to fen; undefined for a text that is no amount. */
export function fenOf(amount: string | number | undefined): number | undefined {
  const parts = /^(-?)(\d{1,13})\.(\d{2})$/.exec(String(amount ?? ''));
  if (parts === null) return undefined;
  const fen = Number(parts[2]) * fenPerYuan + Number(parts[3]);
  return parts[1] === '-' ? -fen : fen;
}
