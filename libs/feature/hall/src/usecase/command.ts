import { localDate } from '@tongban/domain/calendar';
import type { Sql } from '@tongban/journal';
import {
  ok,
  refuse,
  RefusalError,
  unwrap,
  type JsonObject,
  type NodeCode,
  type Result,
  type Role,
  type Uuid,
} from '@tongban/kernel';
import type { HallOptions } from '../ports.js';
import { findHall, iso, type PublishedHall } from '../store/hall-store.js';

/** Who calls, where, and under which key. Who has not logged in is `public`. */
export interface Caller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly digest: Uint8Array;
  readonly subject: string;
  readonly role: Role;
}

const uniqueViolation = '23505';
/** Two commands at the same moment may meet in a unique constraint; the second look sees what the first one did. */
const maxAttempts = 3;

export interface Done<T> {
  /** What it was done to: a hall, a window, a number, an appointment. */
  readonly subject: string;
  readonly outcome: T;
}

/**
 * Does a command once for its key: the outcome is written in the same transaction as its effects, so that a caller who
 * heard no answer asks again and gets the first one. A refusal leaves nothing behind. Refusal request.key-reused.
 */
export async function once<T extends JsonObject>(
  { transactor, clock }: Pick<HallOptions, 'transactor' | 'clock'>,
  caller: Caller,
  action: string,
  work: (sql: Sql, now: number, today: string) => Promise<Result<Done<T>>>,
): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return ok(
        await transactor.run(async (sql) => {
          const earlier = await findOutcome<T>(sql, caller);
          if (earlier !== undefined) return earlier;
          const now = clock.now();
          const { subject, outcome } = unwrap(await work(sql, now, localDate(now)));
          await insertEvent(sql, caller, action, subject, outcome, now);
          return outcome;
        }),
      );
    } catch (error) {
      if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
      if (attempt < maxAttempts && (error as { code?: string }).code === uniqueViolation) continue;
      throw error;
    }
  }
}

/** The same key waits for itself until commit: a double press finds the first one's outcome, not its consequences. */
async function findOutcome<T>(sql: Sql, { node, key, digest }: Caller): Promise<T | undefined> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hall command ${node} ${key}`]);
  const [row] = await sql.query<{ digest: Buffer; outcome: T }>(
    'select digest, outcome from hall_event where node = $1 and key = $2',
    [node, key],
  );
  if (row !== undefined && !row.digest.equals(digest))
    throw new RefusalError({ code: 'request.key-reused', detail: '幂等键已用于内容不同的请求' });
  return row?.outcome;
}

async function insertEvent(
  sql: Sql,
  { node, key, digest, subject: actor, role }: Caller,
  action: string,
  subject: string,
  outcome: JsonObject,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into hall_event (node, key, digest, action, subject, actor_subject, actor_role, at, outcome)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json)`,
    [node, key, Buffer.from(digest), action, subject, actor, role, iso(now), JSON.stringify(outcome)],
  );
}

/** The hall as published last. Refusal hall.unknown. */
export async function getHall(sql: Sql, node: NodeCode, hall: string): Promise<Result<PublishedHall>> {
  const found = await findHall(sql, node, hall);
  return found === undefined ? refuse('hall.unknown', '没有这个大厅') : ok(found);
}
