import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

/** One case in a batch, with the keys of its rows in their order. */
export interface BatchCase {
  readonly record: Uuid;
  readonly dataVersion: number;
  /** Whether the case had ended when the batch was made. */
  readonly closed: boolean;
  readonly businessKeys: readonly string[];
}

export interface NewBatch {
  readonly id: Uuid;
  /** JWE over the exact bytes. */
  readonly body: string;
  /** SHA-256 of the exact bytes. */
  readonly bodyDigest: Uint8Array;
  readonly cases: readonly BatchCase[];
}

export async function insertBatch(sql: Sql, { node, profile }: Scope, batch: NewBatch, now: Instant): Promise<void> {
  await sql.query(
    `insert into exchange_batch (node, id, profile, state, body, body_digest, tries, created_at, next_at)
     values ($1, $2, $3, 'open', $4, $5, 0, $6, $6)`,
    [node, batch.id, profile, batch.body, Buffer.from(batch.bodyDigest), iso(now)],
  );
  await sql.query(
    `insert into exchange_batch_case (node, batch, record, data_version, closed, business_keys)
     select $1, $2, record, "dataVersion", closed, "businessKeys" from json_to_recordset($3::json)
       as u(record uuid, "dataVersion" int, closed boolean, "businessKeys" text[])`,
    [node, batch.id, JSON.stringify(batch.cases)],
  );
}

export async function countOpenBatches(sql: Sql, { node, profile }: Scope): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from exchange_batch where node = $1 and profile = $2 and state = 'open'`,
    [node, profile],
  );
  return row?.count ?? 0;
}

/** The unanswered batch that is due longest. */
export async function findDueBatch(sql: Sql, { node, profile }: Scope, now: Instant): Promise<Uuid | undefined> {
  const [row] = await sql.query<{ id: Uuid }>(
    `select id from exchange_batch where node = $1 and profile = $2 and state = 'open' and next_at <= $3
      order by next_at, created_at, id limit 1`,
    [node, profile, iso(now)],
  );
  return row?.id;
}

export interface OpenBatch {
  readonly id: Uuid;
  readonly body: string;
  readonly tries: number;
  readonly nextAt: Instant;
  readonly cases: readonly BatchCase[];
}

/** An unanswered batch, locked to the commit; undefined when it has been settled meanwhile. */
export async function lockOpenBatch(sql: Sql, { node }: Scope, id: Uuid): Promise<OpenBatch | undefined> {
  const [row] = await sql.query<{ body: string; tries: number; next_at: Date }>(
    `select body, tries, next_at from exchange_batch where node = $1 and id = $2 and state = 'open' for update`,
    [node, id],
  );
  if (row === undefined) return undefined;
  const cases = await sql.query<{ record: Uuid; data_version: number; closed: boolean; business_keys: string[] }>(
    `select record, data_version, closed, business_keys from exchange_batch_case
      where node = $1 and batch = $2 order by record`,
    [node, id],
  );
  return {
    id,
    body: row.body,
    tries: row.tries,
    nextAt: row.next_at.getTime(),
    cases: cases.map(({ record, data_version, closed, business_keys }) => ({
      ...{ record, dataVersion: data_version, closed, businessKeys: business_keys },
    })),
  };
}

/** The cases of a batch that has been settled; none of a batch that is not ours, `open` while it awaits its answer. */
export async function findSettledBatch(sql: Sql, { node }: Scope, id: Uuid): Promise<BatchCase[] | 'open'> {
  const rows = await sql.query<BatchCase & { readonly state: string }>(
    `select b.state, c.record, c.data_version as "dataVersion", c.closed, c.business_keys as "businessKeys"
       from exchange_batch b join exchange_batch_case c on c.node = b.node and c.batch = b.id
      where b.node = $1 and b.id = $2 order by c.record`,
    [node, id],
  );
  return rows[0]?.state === 'open' ? 'open' : rows;
}

/** Written before the bytes leave: after a crash the batch is due again at `nextAt`. */
export async function markSending(sql: Sql, { node }: Scope, id: Uuid, now: Instant, nextAt: Instant): Promise<void> {
  await sql.query(
    'update exchange_batch set tries = tries + 1, sent_at = $3, next_at = $4 where node = $1 and id = $2',
    [...[node, id, iso(now), iso(nextAt)]],
  );
}

export async function markFailed(sql: Sql, { node }: Scope, id: Uuid, nextAt: Instant, trouble: string): Promise<void> {
  await sql.query('update exchange_batch set next_at = $3, trouble = $4 where node = $1 and id = $2', [
    ...[node, id, iso(nextAt), trouble],
  ]);
}

/** The province has it and is asked again at `nextAt`; it is no failure. */
export async function markWaiting(sql: Sql, { node }: Scope, id: Uuid, nextAt: Instant): Promise<void> {
  await sql.query('update exchange_batch set next_at = $3, trouble = null where node = $1 and id = $2', [
    ...[node, id, iso(nextAt)],
  ]);
}

/** The bytes have done their work: only their digest stays, and the signed answer, sealed as it came. */
export async function markAnswered(
  sql: Sql,
  { node }: Scope,
  id: Uuid,
  answer: string,
  signature: string,
  now: Instant,
): Promise<void> {
  await sql.query(
    `update exchange_batch set state = 'answered', body = null, answer_sealed = $3, answer_signature = $4, settled_at = $5,
       trouble = null where node = $1 and id = $2`,
    [node, id, answer, signature, iso(now)],
  );
}

export async function markRefused(sql: Sql, { node }: Scope, id: Uuid, trouble: string, now: Instant): Promise<void> {
  await sql.query(
    `update exchange_batch set state = 'refused', body = null, settled_at = $3, trouble = $4
      where node = $1 and id = $2`,
    [node, id, iso(now), trouble],
  );
}

/** Makes unanswered batches due: all of them after a start, or one that a person does not want to wait for. */
export async function hurryBatches(sql: Sql, { node, profile }: Scope, now: Instant, id?: Uuid): Promise<void> {
  await sql.query(
    `update exchange_batch set next_at = $3
      where node = $1 and profile = $2 and state = 'open' and next_at > $3 and ($4::uuid is null or id = $4)`,
    [node, profile, iso(now), id ?? null],
  );
}
