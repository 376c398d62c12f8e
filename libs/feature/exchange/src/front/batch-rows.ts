import type {
  BatchBody,
  ExchangeProfile,
  FrontTables,
  Layout,
  RecordKind,
  SubmittedRecord,
} from '@tongban/domain/exchange';
import type { Uuid } from '@tongban/kernel';
import type { FrontSql } from './front-database.js';
import { deleteRows, insertRows } from './many-rows.js';

/** A profile whose carrier is a front-end database. */
export type FrontProfile = ExchangeProfile & { readonly front: FrontTables };

export const batchText = (id: Uuid): string => id.replaceAll('-', '');
const uuidPlaces = [8, 12, 16, 20] as const;
/** Back from 32 hexadecimal digits; undefined for what is no batch of ours. */
export function batchId(text: string): Uuid | undefined {
  if (!/^[0-9a-f]{32}$/.test(text)) return undefined;
  const [a, b, c, d] = uuidPlaces;
  return [text.slice(0, a), text.slice(a, b), text.slice(b, c), text.slice(c, d), text.slice(d)].join('-');
}

export const layoutOf = ({ layouts }: ExchangeProfile, kind: RecordKind): Layout => {
  const layout: Layout | undefined = layouts[kind];
  if (layout === undefined) throw new Error(`the profile has no table for ${kind}`);
  return layout;
};

/** True when the batch was written by an earlier try: a batch is written whole or not at all. */
async function isWritten(
  sql: FrontSql,
  { front, layouts }: FrontProfile,
  { batch, records }: BatchBody,
): Promise<boolean> {
  const table = (layouts[records[0]!.kind] as Layout).table;
  const rows = await sql.query(`select 1 from ${table} where ${front.batch} = ? limit 1`, [batchText(batch)]);
  return rows.length > 0;
}

/** Puts the rows of a batch into their tables, once. A re-report replaces the row where versions are not kept. */
export async function writeBatchRows(sql: FrontSql, profile: FrontProfile, body: BatchBody): Promise<void> {
  if (await isWritten(sql, profile, body)) return;
  const { front } = profile;
  const key = front.version === undefined ? [front.row] : [front.row, front.version];
  // Rows of one table and the same columns go together.
  const alike = Map.groupBy(
    body.records,
    ({ kind, columns }) => `${layoutOf(profile, kind).table} ${Object.keys(columns).join(' ')}`,
  );
  for (const rows of alike.values()) {
    const [{ kind, columns }] = rows as [SubmittedRecord];
    const { table } = layoutOf(profile, kind);
    const valuesOf = (names: readonly string[]) => rows.map((row) => names.map((name) => row.columns[name] ?? null));
    const names = Object.keys(columns);
    await deleteRows(sql, table, key, valuesOf(key));
    await insertRows(sql, table, names, valuesOf(names));
  }
}
