import type { FrontSql, FrontValue } from './front-database.js';

/** A database keeps each statement that it has prepared: there must be few different lengths of them. */
const portionSizes = [64, 8, 1] as const;

/** The items in order, in portions of few different sizes. */
export function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  let begin = 0;
  for (const size of portionSizes)
    for (; items.length - begin >= size; begin += size) yield items.slice(begin, begin + size);
}

const places = (count: number): string => `(${Array<string>(count).fill('?').join(', ')})`;

/** Rows with the same columns, many in a statement. */
export async function insertRows(
  sql: FrontSql,
  table: string,
  names: readonly string[],
  rows: readonly (readonly FrontValue[])[],
): Promise<void> {
  for (const portion of portions(rows))
    await sql.query(
      `insert into ${table} (${names.join(', ')}) values ${portion.map(() => places(names.length)).join(', ')}`,
      portion.flat(),
    );
}

/** Rows whose key has one of these values, many in a statement. */
export async function deleteRows(
  sql: FrontSql,
  table: string,
  key: readonly string[],
  rows: readonly (readonly FrontValue[])[],
): Promise<void> {
  const one = `(${key.map((name) => `${name} = ?`).join(' and ')})`;
  for (const portion of portions(rows))
    await sql.query(`delete from ${table} where ${portion.map(() => one).join(' or ')}`, portion.flat());
}
