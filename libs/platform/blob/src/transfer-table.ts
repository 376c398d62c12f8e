import type { Transaction } from '@tongban/platform/database';

/** A file that waits to be sent. All nodes of a host have the same parent host, so it is sent once for all of them. */
export interface DueTransfer {
  readonly digest: string;
  readonly attempts: number;
}

export interface TransferFigures {
  readonly waiting: number;
  /** 0 when nothing waits. */
  readonly oldestAgeMs: number;
}

export const readDue = (sql: Transaction, now: number, limit: number): Promise<DueTransfer[]> =>
  sql.query(
    `select digest, max(attempts) as attempts from blob_transfer
     where next_at <= $1 group by digest order by min(next_at), digest limit $2`,
    [new Date(now), limit],
  );

export async function dropSent(sql: Transaction, digest: string): Promise<void> {
  await sql.query('delete from blob_transfer where digest = $1', [digest]);
}

export async function postpone(sql: Transaction, digest: string, attempts: number, until: number): Promise<void> {
  await sql.query('update blob_transfer set attempts = $2, next_at = $3 where digest = $1', [
    digest,
    attempts,
    new Date(until),
  ]);
}

/** A file that was waited for is here. True when somebody waited. */
export async function makeDue(sql: Transaction, digest: string, now: number): Promise<boolean> {
  const rows = await sql.query(
    'update blob_transfer set attempts = 0, next_at = $2 where digest = $1 returning digest',
    [digest, new Date(now)],
  );
  return rows.length > 0;
}

export async function readFigures(sql: Transaction, now: number): Promise<TransferFigures> {
  const [row] = await sql.query<{ waiting: number; oldest: Date | null }>(
    'select count(distinct digest)::integer as waiting, min(created_at) as oldest from blob_transfer',
  );
  const oldest = row?.oldest?.getTime() ?? now;
  return { waiting: row?.waiting ?? 0, oldestAgeMs: Math.max(0, now - oldest) };
}
