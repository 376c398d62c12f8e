import type { Actor, NodeCode, Uuid } from '@tongban/kernel';
import type { Entry } from '../entry.js';
import type { Sql } from './sql.js';
import { bytesArray, instantArray, integerArray, jsonArray, textArray, uuidArray } from './sql-array.js';

/** A row as `entryColumns` selects it. */
export interface EntryRow {
  readonly record: Uuid;
  readonly seq: number;
  readonly epoch: number;
  readonly id: Uuid;
  readonly record_class: string;
  readonly type: string;
  readonly version: number;
  readonly author: string;
  readonly actor_subject: string;
  readonly actor_role: string;
  readonly actor_division: string;
  readonly on_behalf_of: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly applied_at: Date;
  readonly facts: string;
  readonly sealed: string | null;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  readonly suite: string;
  readonly key_id: string;
  readonly signature: Buffer;
  readonly traceparent: string | null;
}

export const entryColumns = (alias: string): string =>
  `${alias}.record, ${alias}.seq, ${alias}.epoch, ${alias}.id, ${alias}.record_class, ${alias}.type, ${alias}.version,
   ${alias}.author, ${alias}.actor_subject, ${alias}.actor_role, ${alias}.actor_division, ${alias}.on_behalf_of,
   ${alias}.occurred_at, ${alias}.recorded_at, ${alias}.applied_at, ${alias}.facts::text as facts,
   ${alias}.sealed::text as sealed, ${alias}.prev_hash, ${alias}.hash, ${alias}.suite, ${alias}.key_id,
   ${alias}.signature, ${alias}.traceparent`;

export function entryOf(row: EntryRow): Entry {
  return {
    id: row.id,
    record: row.record,
    recordClass: row.record_class,
    seq: row.seq,
    epoch: row.epoch,
    type: row.type,
    version: row.version,
    author: row.author as NodeCode,
    actor: {
      subject: row.actor_subject,
      role: row.actor_role as Actor['role'],
      division: row.actor_division as NodeCode,
    },
    ...(row.on_behalf_of === null ? {} : { onBehalfOf: row.on_behalf_of }),
    occurredAt: row.occurred_at.getTime(),
    recordedAt: row.recorded_at.getTime(),
    facts: row.facts,
    ...(row.sealed === null ? {} : { sealed: row.sealed }),
    prevHash: row.prev_hash,
    hash: row.hash,
    signature: { suite: row.suite, keyId: row.key_id, value: row.signature },
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  };
}

/** One statement for any number of entries. */
export async function insertEntries(sql: Sql, node: NodeCode, entries: readonly Entry[], now: number): Promise<void> {
  if (entries.length === 0) return;
  await sql.query(
    `insert into entry (node, record, seq, epoch, id, record_class, type, version, author, actor_subject, actor_role,
       actor_division, on_behalf_of, occurred_at, recorded_at, applied_at, facts, sealed, prev_hash, hash, suite, key_id,
       signature, traceparent)
     select $1, r, s, e, i, c, t, v, a, sub, rol, div, beh, occ, rec, $2, f, x, p, h, su, k, g, tp
       from unnest($3::uuid[], $4::int[], $5::int[], $6::uuid[], $7::text[], $8::text[], $9::int[], $10::text[],
                   $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::timestamptz[],
                   $17::json[], $18::json[], $19::bytea[], $20::bytea[], $21::text[], $22::text[], $23::bytea[],
                   $24::text[])
         as u(r, s, e, i, c, t, v, a, sub, rol, div, beh, occ, rec, f, x, p, h, su, k, g, tp)`,
    [
      node,
      new Date(now).toISOString(),
      uuidArray(entries.map((entry) => entry.record)),
      integerArray(entries.map((entry) => entry.seq)),
      integerArray(entries.map((entry) => entry.epoch)),
      uuidArray(entries.map((entry) => entry.id)),
      textArray(entries.map((entry) => entry.recordClass)),
      textArray(entries.map((entry) => entry.type)),
      integerArray(entries.map((entry) => entry.version)),
      textArray(entries.map((entry) => entry.author)),
      textArray(entries.map((entry) => entry.actor.subject)),
      textArray(entries.map((entry) => entry.actor.role)),
      textArray(entries.map((entry) => entry.actor.division)),
      textArray(entries.map((entry) => entry.onBehalfOf ?? null)),
      instantArray(entries.map((entry) => entry.occurredAt)),
      instantArray(entries.map((entry) => entry.recordedAt)),
      jsonArray(entries.map((entry) => entry.facts)),
      jsonArray(entries.map((entry) => entry.sealed ?? null)),
      bytesArray(entries.map((entry) => entry.prevHash)),
      bytesArray(entries.map((entry) => entry.hash)),
      textArray(entries.map((entry) => entry.signature.suite)),
      textArray(entries.map((entry) => entry.signature.keyId)),
      bytesArray(entries.map((entry) => entry.signature.value)),
      textArray(entries.map((entry) => entry.traceparent ?? null)),
    ],
  );
}

export async function readEntries(sql: Sql, node: NodeCode, record: Uuid): Promise<(Entry & { appliedAt: number })[]> {
  const rows = await sql.query<EntryRow>(
    `select ${entryColumns('e')} from entry e where node = $1 and record = $2 order by seq`,
    [node, record],
  );
  return rows.map((row) => ({ ...entryOf(row), appliedAt: row.applied_at.getTime() }));
}

/** The entries of several records in one statement; a record without entries is left out. */
export async function readEntriesOf(
  sql: Sql,
  node: NodeCode,
  records: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, readonly Entry[]>> {
  const rows = await sql.query<EntryRow>(
    `select ${entryColumns('e')} from entry e where node = $1 and record = any($2::uuid[]) order by record, seq`,
    [node, uuidArray(records)],
  );
  return Map.groupBy(rows.map(entryOf), ({ record }) => record);
}

export async function findEntryHash(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  seq: number,
): Promise<Uint8Array | undefined> {
  const rows = await sql.query<{ hash: Buffer }>(
    'select hash from entry where node = $1 and record = $2 and seq = $3',
    [node, record, seq],
  );
  return rows[0]?.hash;
}
