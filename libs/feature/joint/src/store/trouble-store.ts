import type { Sql } from '@tongban/journal';
import type { NodeCode, Refusal, Uuid } from '@tongban/kernel';

const firstRetryMs = 30_000;
const longestRetryMs = 3_600_000;
const mostDoublings = 7;

export interface Trouble {
  readonly branch: string;
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  readonly nextTryAt: number;
}

export async function readTroubles(sql: Sql, node: NodeCode, record: Uuid): Promise<Trouble[]> {
  const rows = await sql.query<Omit<Trouble, 'nextTryAt'> & { readonly next_try_at: Date }>(
    'select branch, code, detail, attempts, next_try_at from joint_trouble where node = $1 and record = $2',
    [node, record],
  );
  return rows.map(({ next_try_at, ...row }) => ({ ...row, nextTryAt: next_try_at.getTime() }));
}

/** Tried again after half a minute, then less and less often, at least every hour: what was missing may come. */
export async function saveTrouble(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  branch: string,
  refusal: Refusal,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into joint_trouble (node, record, branch, code, detail, attempts, next_try_at)
     values ($1, $2, $3, $4, $5, 1, $6::timestamptz)
     on conflict on constraint joint_trouble_pk do update set code = excluded.code, detail = excluded.detail,
       attempts = joint_trouble.attempts + 1,
       next_try_at = $7::timestamptz + least($8, $9 * 2 ^ least(joint_trouble.attempts, $10)) * interval '1 millisecond'`,
    [
      ...[node, record, branch, refusal.code, refusal.detail],
      ...[new Date(now + firstRetryMs).toISOString(), new Date(now).toISOString()],
      ...[longestRetryMs, firstRetryMs, mostDoublings],
    ],
  );
}

export async function clearTrouble(sql: Sql, node: NodeCode, record: Uuid, branch: string): Promise<void> {
  await sql.query('delete from joint_trouble where node = $1 and record = $2 and branch = $3', [node, record, branch]);
}
