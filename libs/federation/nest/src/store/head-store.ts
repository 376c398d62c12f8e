import type { RecordHead } from '@tongban/federation/core';
import { bytesArray, integerArray, textArray, uuidArray, type Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

interface HeadRow {
  readonly record: Uuid;
  readonly record_class: string;
  readonly owner: string;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Buffer;
  readonly members: string[];
  readonly offered_to: string | null;
}

const headOf = (row: HeadRow): RecordHead => ({
  record: row.record,
  recordClass: row.record_class,
  owner: row.owner as NodeCode,
  epoch: row.epoch,
  seq: row.seq,
  hash: row.hash,
  members: row.members as NodeCode[],
  ...(row.offered_to === null ? {} : { offeredTo: row.offered_to as NodeCode }),
});

const headColumns = 'record, record_class, owner, epoch, seq, hash, members, offered_to';

/** Locks the heads in a fixed order, so that two transactions never wait for each other. */
export async function lockHeads(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, RecordHead>> {
  const rows = await sql.query<HeadRow>(
    `select ${headColumns} from record where node = $1 and record = any($2) order by record for update`,
    [node, [...new Set(records)]],
  );
  return new Map(rows.map((row) => [row.record, headOf(row)]));
}

export async function findHead(sql: Sql, node: NodeCode, record: Uuid): Promise<RecordHead | undefined> {
  const rows = await sql.query<HeadRow>(`select ${headColumns} from record where node = $1 and record = $2`, [
    node,
    record,
  ]);
  return rows[0] === undefined ? undefined : headOf(rows[0]);
}

export async function findHeads(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, RecordHead>> {
  const rows = await sql.query<HeadRow>(`select ${headColumns} from record where node = $1 and record = any($2)`, [
    node,
    records,
  ]);
  return new Map(rows.map((row) => [row.record, headOf(row)]));
}

const memberSeparator = ',';

export async function saveHeads(sql: Sql, node: NodeCode, heads: readonly RecordHead[], now: number): Promise<void> {
  if (heads.length === 0) return;
  await sql.query(
    `insert into record (node, record, record_class, owner, epoch, seq, hash, members, offered_to, changed_at)
     select $1, r, c, o, e, s, h, string_to_array(m, '${memberSeparator}'), f, $2
       from unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::int[], $8::bytea[], $9::text[], $10::text[])
         as u(r, c, o, e, s, h, m, f)
     on conflict on constraint record_pk do update set owner = excluded.owner, epoch = excluded.epoch,
       seq = excluded.seq, hash = excluded.hash, members = excluded.members, offered_to = excluded.offered_to,
       changed_at = excluded.changed_at`,
    [
      node,
      new Date(now).toISOString(),
      uuidArray(heads.map((head) => head.record)),
      textArray(heads.map((head) => head.recordClass)),
      textArray(heads.map((head) => head.owner)),
      integerArray(heads.map((head) => head.epoch)),
      integerArray(heads.map((head) => head.seq)),
      bytesArray(heads.map((head) => head.hash)),
      textArray(heads.map((head) => head.members.join(memberSeparator))),
      textArray(heads.map((head) => head.offeredTo ?? null)),
    ],
  );
}
