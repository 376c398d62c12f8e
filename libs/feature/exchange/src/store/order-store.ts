import type { ContentKind, InboxOutcome } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, isoOrNull, type Scope } from './scope.js';

export const orderStages = ['open', 'answered', 'unknown', 'unsupported', 'accepted', 'refused'] as const;
export type OrderStage = (typeof orderStages)[number];
export type OrderKind = 'supervision' | ContentKind | 'unsupported';

/** A message of the province, and what has been done about it. */
export interface Order {
  readonly id: Uuid;
  readonly position: number;
  readonly kind: OrderKind;
  readonly stage: OrderStage;
  readonly record: Uuid | null;
  readonly number: string | null;
  readonly due: string | null;
  readonly issuedAt: Instant | null;
  /** JWE of `{content}`; null of what is not supported. */
  readonly sealed: string | null;
  /** JWE of what is told with the outcome: `{text}`, and of an application that became a case its number. */
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly answeredAt: Instant | null;
  readonly answerKey: Uuid | null;
  /** Why it was refused. */
  readonly code: string | null;
  /** The record in which an application travels. */
  readonly application: Uuid | null;
  /** Requests to the owner of the case that were refused for what passes. */
  readonly attempt: number;
  /** What it asks of nodes of the city has been done, or is not to be. */
  readonly urged: boolean;
  /** The last outcome that the province has confirmed. */
  readonly told: InboxOutcome | null;
  readonly tries: number;
}

interface Row extends Omit<Order, 'issuedAt' | 'answeredAt'> {
  readonly issuedAt: Date | null;
  readonly answeredAt: Date | null;
}
const columns = `o.id, o.position::float8 as position, o.kind, o.code, o.application, o.attempt, o.stage, o.record, o.number, to_char(o.due, 'YYYY-MM-DD') as due,
  o.issued_at as "issuedAt", o.sealed, o.answer, o.answered_by as "answeredBy", o.answered_at as "answeredAt",
  o.answer_key as "answerKey", o.urged, o.told, o.tries`;
const orderOf = (row: Row): Order => ({
  ...row,
  issuedAt: row.issuedAt?.getTime() ?? null,
  answeredAt: row.answeredAt?.getTime() ?? null,
});

const mostOfOneNumber = 20;

/** How far the inbox has been read. */
export async function lastPosition(sql: Sql, { node, profile }: Scope): Promise<number> {
  const [row] = await sql.query<{ last: number }>(
    'select coalesce(max(position), 0)::float8 as last from exchange_order where node = $1 and profile = $2',
    [node, profile],
  );
  return row!.last;
}

/** The case that the province means by a number. */
export async function recordOfNumber(sql: Sql, { node, profile }: Scope, number: string): Promise<Uuid | undefined> {
  const [row] = await sql.query<{ record: Uuid }>(
    `select record from exchange_number where node = $1 and profile = $2 and number = $3
     union select record from exchange_report where node = $1 and profile = $2 and number = $3 limit 1`,
    [node, profile, number],
  );
  return row?.record;
}

type NewOrder = Pick<Order, 'id' | 'position' | 'kind' | 'stage' | 'record' | 'number' | 'due' | 'issuedAt' | 'sealed'>;

/** Takes a message down; one that is there already stays as it is. */
export async function insertOrder(sql: Sql, { node, profile }: Scope, order: NewOrder, now: Instant): Promise<void> {
  const { id, position, kind, stage, record, number, due, issuedAt, sealed } = order;
  await sql.query(
    `insert into exchange_order (node, profile, id, position, stage, record, number, due, issued_at, sealed, urged, tries,
       next_at, received_at, kind)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $5 <> 'open', 0, $11, $11, $12)
     on conflict on constraint exchange_order_pk do nothing`,
    [node, profile, id, position, stage, record, number, due, isoOrNull(issuedAt), sealed, iso(now), kind],
  );
}

/** Messages about which somebody has still to be told, longest due first; an application as soon as it is answered. */
export async function dueOrders(sql: Sql, { node, profile }: Scope, now: Instant, limit: number): Promise<Order[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from exchange_order o
      where o.node = $1 and o.profile = $2 and (o.next_at <= $3 or o.next_at is not null and exists (
        select from application_view a where a.node = o.node and a.record = o.application and not a.is_open))
      order by o.next_at, o.id limit $4`,
    [node, profile, iso(now), limit],
  );
  return rows.map(orderOf);
}

export async function lockOrder(sql: Sql, { node, profile }: Scope, id: Uuid): Promise<Order | undefined> {
  const [row] = await sql.query<Row>(
    `select ${columns} from exchange_order o where o.node = $1 and o.profile = $2 and o.id = $3 for update`,
    [node, profile, id],
  );
  return row === undefined ? undefined : orderOf(row);
}

/** An order that an operator may look into: of a case, not an application or anything else that came with it. */
export async function findOrder(sql: Sql, { node, profile }: Scope, id: Uuid): Promise<Order | undefined> {
  const [row] = await sql.query<Row>(
    `select ${columns} from exchange_order o
      where o.node = $1 and o.profile = $2 and o.id = $3 and o.kind in ('supervision', 'unsupported')`,
    [node, profile, id],
  );
  return row === undefined ? undefined : orderOf(row);
}

export interface OrderReading {
  readonly order: Uuid;
  readonly subject: string;
  readonly role: string;
  /** JWE of `{purpose}` for the node. */
  readonly purpose: string;
}

export async function insertOrderReading(
  sql: Sql,
  { node, profile }: Scope,
  { order, subject, role, purpose }: OrderReading,
  now: Instant,
): Promise<void> {
  await sql.query(
    `insert into exchange_order_read (node, profile, "order", subject, role, purpose, read_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [node, profile, order, subject, role, purpose, iso(now)],
  );
}

/** What has been told; `nextAt` is null when nobody has to be told any more. */
export async function saveProgress(
  sql: Sql,
  { node, profile }: Scope,
  { id, stage, record, answer, code, application, attempt, urged, told, tries }: Order,
  nextAt: Instant | null,
): Promise<void> {
  await sql.query(
    `update exchange_order set urged = $4, told = $5, tries = $6, next_at = $7, stage = $8, record = $9, answer = $10,
       code = $11, application = $12, attempt = $13 where node = $1 and profile = $2 and id = $3`,
    [
      ...[node, profile, id, urged, told, tries, isoOrNull(nextAt)],
      ...[stage, record, answer, code, application, attempt],
    ],
  );
}

/** Earlier messages of a kind with a number, the newest first. */
export async function ordersOfNumber(
  sql: Sql,
  { node, profile }: Scope,
  kind: OrderKind,
  { id, position, number }: Pick<Order, 'id' | 'position' | 'number'>,
): Promise<Order[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from exchange_order o where o.node = $1 and o.profile = $2 and o.kind = $3 and o.number = $4
        and o.id <> $5 and o.position < $6 order by o.position desc limit ${mostOfOneNumber}`,
    [node, profile, kind, number, id, position],
  );
  return rows.map(orderOf);
}

/** An application that waits for a node, or was answered. */
export interface ApplicationLine {
  readonly id: Uuid;
  readonly number: string | null;
  readonly stage: OrderStage;
  readonly code: string | null;
  readonly record: Uuid | null;
  /** Who is to take it in; null before it is on its way. */
  readonly target: string | null;
  /** It has not come to its target. */
  readonly underWay: boolean;
  readonly receivedAt: Instant;
  readonly told: InboxOutcome | null;
}

export interface ApplicationPosition {
  readonly receivedAt: string;
  readonly id: Uuid;
}

/** What of the messages is listed: those in a stage behind a position. */
export interface OrdersWanted<Position> {
  /** Leading digits of the divisions that the reader may see. */
  readonly prefix: string;
  readonly stage: OrderStage;
  readonly after: Position | undefined;
  readonly limit: number;
}

/** Applications for divisions below `prefix`, and those that are not on their way to one; the oldest first. */
export async function listApplications(
  sql: Sql,
  { node, profile }: Scope,
  { prefix, stage, after, limit }: OrdersWanted<ApplicationPosition>,
): Promise<ApplicationLine[]> {
  const rows = await sql.query<Omit<ApplicationLine, 'receivedAt'> & { received_at: Date }>(
    `select o.id, o.number, o.stage, o.code, o.record, a.state ->> 'target' as target,
        coalesce(a.owner <> a.state ->> 'target', false) as "underWay", o.received_at, o.told
       from exchange_order o left join application_view a on a.node = o.node and a.record = o.application
      where o.node = $1 and o.profile = $2 and o.kind = 'application' and o.stage = $4
        and (a.record is null or starts_with(a.state ->> 'target', $3))
        and ($5::timestamptz is null or (o.received_at, o.id) > ($5::timestamptz, $6::uuid))
      order by o.received_at, o.id limit $7`,
    [node, profile, prefix, stage, after?.receivedAt ?? null, after?.id ?? null, limit],
  );
  return rows.map(({ received_at, ...row }) => ({ ...row, receivedAt: received_at.getTime() }));
}

export async function saveAnswer(
  sql: Sql,
  { node, profile }: Scope,
  { id, answer, answeredBy, answerKey }: Pick<Order, 'id' | 'answer' | 'answeredBy' | 'answerKey'>,
  now: Instant,
): Promise<void> {
  await sql.query(
    `update exchange_order set stage = 'answered', answer = $4, answered_by = $5, answer_key = $6, answered_at = $7,
       tries = 0, next_at = $7 where node = $1 and profile = $2 and id = $3`,
    [node, profile, id, answer, answeredBy, answerKey, iso(now)],
  );
}

/** `due` is a day, or `infinity` of what has none. */
export interface OrderPosition {
  readonly due: string;
  readonly position: number;
}

/** Orders of cases taken in below `prefix`, and those that nobody knows the case of; the most urgent first. */
export async function listOrders(
  sql: Sql,
  { node, profile }: Scope,
  { prefix, stage, after, limit }: OrdersWanted<OrderPosition>,
): Promise<Order[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from exchange_order o left join exchange_report r
       on r.node = o.node and r.profile = o.profile and r.record = o.record
      where o.node = $1 and o.profile = $2 and o.kind in ('supervision', 'unsupported') and o.stage = $4
        and (o.record is null or starts_with(r.intake, $3))
        and ($5::date is null or (coalesce(o.due, 'infinity'), o.position) > ($5::date, $6::bigint))
      order by coalesce(o.due, 'infinity'), o.position limit $7`,
    [node, profile, prefix, stage, after?.due ?? null, after?.position ?? null, limit],
  );
  return rows.map(orderOf);
}

/** Whether a case was taken in below `prefix`. */
export async function isTakenInBelow(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid | null,
  prefix: string,
): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from exchange_report where node = $1 and profile = $2 and record = $3 and starts_with(intake, $4)`,
    [node, profile, record, prefix],
  );
  return rows.length > 0;
}
