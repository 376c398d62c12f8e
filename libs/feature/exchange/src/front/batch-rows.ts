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
  for (const record of body.records) await writeRow(sql, profile, record);
}

async function writeRow(sql: FrontSql, profile: FrontProfile, { kind, columns }: SubmittedRecord): Promise<void> {
  const { front } = profile;
  const { table } = layoutOf(profile, kind);
  const names = Object.keys(columns);
  const key = front.version === undefined ? [front.row] : [front.row, front.version];
  const where = key.map((name) => `${name} = ?`).join(' and ');
  await sql.query(
    `delete from ${table} where ${where}`,
    key.map((name) => columns[name] ?? null),
  );
  await sql.query(
    `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    names.map((name) => columns[name] ?? null),
  );
}
