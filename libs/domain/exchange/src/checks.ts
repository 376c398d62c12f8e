import type { Column } from './columns.js';
import type { HoldCode } from './held.js';

/** A value whose meaning the profile's list cannot express. */
export interface NoCode {
  readonly noCode: string;
}
export type Cell = string | number | NoCode | undefined;
export type Cells = Readonly<Record<string, Cell>>;
export type Columns = Readonly<Record<string, string | number>>;

export interface Flaw {
  readonly field: string;
  readonly code: HoldCode;
  readonly message: string;
}

/** Characters are code points: a rare character outside the basic plane is one, not two. */
const characters = (value: string): number => Array.from(value).length;
const bytes = (value: string): number => new TextEncoder().encode(value).length;

/** Control characters and half a surrogate pair: a receiving database refuses the whole batch for one of them. */
const isStorable = (value: string): boolean => value.isWellFormed() && !/(?![\t\n\r])\p{Cc}/u.test(value);

function flawOf(column: Column, cell: Cell, bytesPerCharacter: number): Flaw | undefined {
  const flaw = (code: HoldCode, what: string): Flaw => ({
    field: column.name,
    code,
    message: `${column.label}（${column.name}）${what}`,
  });
  if (cell === undefined || (typeof cell === 'string' && cell.trim() === ''))
    return column.mandatory ? flaw('missing', '未填写，须补录后再报') : undefined;
  if (typeof cell === 'object') return flaw('noCode', `在上报代码表中没有对应代码：${cell.noCode}`);
  const value = String(cell);
  if (!isStorable(value)) return flaw('characters', '含有不能上报的控制字符或残缺字符');
  const length = characters(value);
  if (column.exactly !== undefined && length !== column.exactly)
    return flaw('length', `应为 ${column.exactly} 位，实际 ${length} 位`);
  if (length > column.width) return flaw('tooManyCharacters', `最多 ${column.width} 个字，实际 ${length} 个字`);
  const limit = column.width * bytesPerCharacter;
  if (bytes(value) > limit) return flaw('tooManyBytes', `最多 ${limit} 字节，实际 ${bytes(value)} 字节，含生僻字`);
  return undefined;
}

/** Completeness of one record. Columns without a value are left out of the result. */
export function checkCells(
  columns: readonly Column[],
  cells: Cells,
  bytesPerCharacter: number,
): { readonly columns: Columns; readonly flaws: readonly Flaw[] } {
  const filled: Record<string, string | number> = {};
  const flaws: Flaw[] = [];
  for (const column of columns) {
    const cell = cells[column.name];
    const flaw = flawOf(column, cell, bytesPerCharacter);
    if (flaw !== undefined) flaws.push(flaw);
    else if (typeof cell === 'number' || (typeof cell === 'string' && cell.trim() !== '')) filled[column.name] = cell;
  }
  return { columns: filled, flaws };
}
