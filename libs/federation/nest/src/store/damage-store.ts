import { entryColumns, entryOf, type Entry, type EntryRow, type Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export interface DamagedRecord {
  readonly record: Uuid;
  /** The first entry that does not hold or is missing. */
  readonly seq: number;
  readonly code: string;
  readonly detail: string;
  readonly foundAt: Date;
}

/** Records of which anything is stored, in their order. */
export async function readRecordPage(
  sql: Sql,
  node: NodeCode,
  after: Uuid | undefined,
  limitRows: number,
): Promise<Uuid[]> {
  const beyond = 'node = $1 and ($2::uuid is null or record > $2) order by record limit $3';
  const rows = await sql.query<{ record: Uuid }>(
    `select record from (select distinct record from entry where ${beyond}) e
      union select record from (select record from record where ${beyond}) h
      union select record from (select record from damaged_record where ${beyond}) d
      order by record limit $3`,
    [node, after ?? null, limitRows],
  );
  return rows.map(({ record }) => record);
}

export async function readEntriesOf(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, Entry[]>> {
  const rows = await sql.query<EntryRow>(
    `select ${entryColumns('e')} from entry e where node = $1 and record = any($2) order by record, seq`,
    [node, records],
  );
  const found = new Map<Uuid, Entry[]>(records.map((record) => [record, []]));
  for (const row of rows) found.get(row.record)!.push(entryOf(row));
  return found;
}

export async function noteDamage(
  sql: Sql,
  node: NodeCode,
  { record, seq, code, detail }: Omit<DamagedRecord, 'foundAt'>,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into damaged_record (node, record, seq, code, detail, found_at) values ($1, $2, $3, $4, $5, $6)
     on conflict on constraint damaged_record_pk do update set seq = excluded.seq, code = excluded.code,
       detail = excluded.detail`,
    [node, record, seq, code, detail, new Date(now).toISOString()],
  );
}

export async function forgetDamage(sql: Sql, node: NodeCode, record: Uuid): Promise<void> {
  await sql.query('delete from damaged_record where node = $1 and record = $2', [node, record]);
}

export function readDamaged(sql: Sql, node: NodeCode, limitRows: number): Promise<DamagedRecord[]> {
  return sql.query<DamagedRecord>(
    `select record, seq, code, detail, found_at as "foundAt" from damaged_record where node = $1
      order by record limit $2`,
    [node, limitRows],
  );
}

/** Takes lines out of the journal and keeps them as they stood. */
export async function setAside(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  numbers: readonly number[],
  reason: string,
): Promise<void> {
  if (numbers.length > 0) await sql.query('select set_entries_aside($1, $2, $3, $4)', [node, record, numbers, reason]);
}
