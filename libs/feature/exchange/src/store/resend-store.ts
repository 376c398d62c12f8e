import type { ProfileName } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode, Uuid } from '@tongban/kernel';
import { iso, isoOrNull, type Scope } from './scope.js';

export const resendScopes = ['day', 'item', 'department'] as const;
export type ResendScope = (typeof resendScopes)[number];

/** What is to be sent again, and how far it has come. */
export interface ResendBulk {
  readonly key: Uuid;
  readonly profile: ProfileName;
  readonly scope: ResendScope;
  /** A day of China (YYYY-MM-DD) on which the province answered, a base code, or the id of a department. */
  readonly value: string;
  /** Leading digits of the intakes whose cases the person may send. */
  readonly prefix: string;
  readonly subject: string;
  /** The reason and the person's name, sealed; null of an order of before they were asked for. */
  readonly because: string | null;
  readonly state: 'running' | 'done';
  /** The last record of the order; null when it has none. */
  readonly upto: Uuid | null;
  readonly doneTo: Uuid | null;
  /** Counted when it was asked. */
  readonly reports: number;
  readonly sent: number;
  /** Without anything complete to send. */
  readonly skipped: number;
  readonly askedAt: Instant;
  readonly endedAt: Instant | null;
}

interface Row extends Omit<ResendBulk, 'askedAt' | 'endedAt'> {
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

const columns = `key, profile, scope, value, prefix, subject, because, state, upto, done_to as "doneTo", reports, sent, skipped,
  asked_at as "askedAt", ended_at as "endedAt"`;

const bulkOf = (row: Row): ResendBulk => ({
  ...row,
  askedAt: row.askedAt.getTime(),
  endedAt: row.endedAt?.getTime() ?? null,
});

/** What a report has to meet: $3 the intakes, $4 the value. */
const conditions: Readonly<Record<ResendScope, string>> = {
  item: 'r.item = $4',
  department: 'r.department = $4',
  day: `exists (select from exchange_answer a where a.node = r.node and a.profile = r.profile and a.record = r.record
    and a.received_at >= ($4::date)::timestamp at time zone 'Asia/Shanghai'
    and a.received_at < ($4::date + 1)::timestamp at time zone 'Asia/Shanghai')`,
};
const matching = (scope: ResendScope): string =>
  `exchange_report r where r.node = $1 and r.profile = $2 and starts_with(r.intake, $3) and ${conditions[scope]}`;

/** Takes the order down, with what it covers now; the earlier one where the key has been used. */
export async function insertBulk(
  sql: Sql,
  { node, profile }: Scope,
  order: Pick<ResendBulk, 'key' | 'scope' | 'value' | 'prefix' | 'subject' | 'because'>,
  now: Instant,
): Promise<ResendBulk> {
  const { key, scope, value, prefix, subject, because } = order;
  const [covered] = await sql.query<{ reports: number; upto: Uuid | null }>(
    `select count(*)::int as reports, (array_agg(r.record order by r.record desc))[1] as upto from ${matching(scope)}`,
    [node, profile, prefix, value],
  );
  const { reports, upto } = covered!;
  const state = reports === 0 ? 'done' : 'running';
  await sql.query(
    `insert into exchange_resend_order (node, key, profile, scope, value, prefix, subject, because, state, upto, reports,
       sent, skipped, asked_at, ended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, $13)
     on conflict on constraint exchange_resend_order_pk do nothing`,
    [
      ...[node, key, profile, scope, value, prefix, subject, because, state, upto, reports, iso(now)],
      reports === 0 ? iso(now) : null,
    ],
  );
  return (await findBulk(sql, node, key))!;
}

export async function findBulk(sql: Sql, node: NodeCode, key: Uuid): Promise<ResendBulk | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from exchange_resend_order where node = $1 and key = $2`, [
    node,
    key,
  ]);
  return row === undefined ? undefined : bulkOf(row);
}

/** The order asked for first that is not done, locked to the commit. */
export async function lockRunningBulk(sql: Sql, { node, profile }: Scope): Promise<ResendBulk | undefined> {
  const [row] = await sql.query<Row>(
    `select ${columns} from exchange_resend_order where node = $1 and profile = $2 and state = 'running'
      order by asked_at, key limit 1 for update`,
    [node, profile],
  );
  return row === undefined ? undefined : bulkOf(row);
}

export async function nextOfBulk(
  sql: Sql,
  { node, profile }: Scope,
  { scope, value, prefix, upto, doneTo }: ResendBulk,
  limit: number,
): Promise<Uuid[]> {
  const rows = await sql.query<{ record: Uuid }>(
    `select r.record from ${matching(scope)} and r.record <= $5 and ($6::uuid is null or r.record > $6)
      order by r.record limit $7`,
    [node, profile, prefix, value, upto, doneTo, limit],
  );
  return rows.map(({ record }) => record);
}

export async function saveBulk(
  sql: Sql,
  { node }: Scope,
  { key, state, doneTo, sent, skipped, endedAt }: ResendBulk,
): Promise<void> {
  await sql.query(
    `update exchange_resend_order set state = $3, done_to = $4, sent = $5, skipped = $6, ended_at = $7
      where node = $1 and key = $2`,
    [node, key, state, doneTo, sent, skipped, isoOrNull(endedAt)],
  );
}
