import type { Pool, PoolClient } from 'pg';
import type { Filed, JudgedRow } from './judge.js';

const batchLock = 7_101_991;

/** Runs `work` in one transaction. Batches go one after the other: what a row may build on must not change meanwhile. */
export async function inBatchTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [batchLock]);
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

export interface StoredBatch {
  readonly bodyDigest: string;
  readonly answer: string;
}

export async function findBatch(client: PoolClient, sender: string, key: string): Promise<StoredBatch | undefined> {
  const { rows } = await client.query<StoredBatch>(
    'select body_digest as "bodyDigest", answer from batch where client = $1 and idempotency_key = $2',
    [sender, key],
  );
  return rows[0];
}

export const insertBatch = (
  client: PoolClient,
  sender: string,
  key: string,
  { bodyDigest, answer }: StoredBatch,
  receivedAt: number,
): Promise<unknown> =>
  client.query(
    'insert into batch (client, idempotency_key, body_digest, answer, received_at) values ($1, $2, $3, $4, $5)',
    [sender, key, bodyDigest, answer, new Date(receivedAt)],
  );

interface RecordRow extends Omit<JudgedRow, 'receipt'> {
  readonly receipt: string | null;
}
const recordColumns = `kind, business_key as "businessKey", data_version as "dataVersion", project_no as "projectNo",
  columns, digest, outcome, receipt, late, problems`;

const judgedRow = ({ receipt, ...row }: RecordRow): JudgedRow => (receipt === null ? row : { ...row, receipt });

/** The newest and the newest acknowledged version of these keys and of every key of these cases. */
export async function filedOf(
  client: PoolClient,
  profile: string,
  projectNumbers: readonly string[],
  keys: readonly string[],
): Promise<Map<string, Filed>> {
  const { rows } = await client.query<RecordRow>(
    `select ${recordColumns} from (
       select *, max(data_version) over (partition by business_key) as newest,
         max(data_version) filter (where outcome = 'acknowledged') over (partition by business_key) as valid
       from record where profile = $3 and (project_no = any($1) or business_key = any($2))
     ) versions
     where data_version in (newest, valid) order by business_key, data_version`,
    [projectNumbers, keys, profile],
  );
  const file = new Map<string, Filed>();
  for (const raw of rows) {
    const row = judgedRow(raw);
    const valid = row.outcome === 'acknowledged' ? row : file.get(row.businessKey)?.valid;
    file.set(row.businessKey, valid === undefined ? { newest: row } : { newest: row, valid });
  }
  return file;
}

export async function takeReceiptNumbers(client: PoolClient, count: number): Promise<string[]> {
  const { rows } = await client.query<{ number: string }>(
    `select nextval('receipt_number')::text as number from generate_series(1, $1)`,
    [count],
  );
  return rows.map(({ number }) => number);
}

export const insertRecords = (
  client: PoolClient,
  profile: string,
  rows: readonly JudgedRow[],
  receivedAt: number,
): Promise<unknown> =>
  client.query(
    `insert into record
       (business_key, data_version, kind, project_no, columns, digest, outcome, receipt, late, problems, received_at, profile)
     select "businessKey", "dataVersion", kind, "projectNo", columns, digest, outcome, receipt, late, problems, $2, $3
     from rows from (jsonb_to_recordset($1::jsonb) as ("businessKey" text, "dataVersion" integer, kind text,
       "projectNo" text, columns jsonb, digest text, outcome text, receipt text, late boolean, problems jsonb))
       with ordinality as given order by ordinality`,
    [JSON.stringify(rows), new Date(receivedAt), profile],
  );
