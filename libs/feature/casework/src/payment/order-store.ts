import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { PaymentOrder } from '../ports.js';
import { pollDelayMs, type OrderState } from './order.js';

/** Orders looked at in one round. */
export const maxOrdersPerRound = 50;
/** How long a round keeps an order to itself: a process that died in it leaves the order to the next one. */
const leaseMs = 60_000;
/** Refunds older than this have been given back, or are on an operator's list. */
const refundLookBackDays = 31;

export interface StoredOrder extends PaymentOrder {
  readonly node: NodeCode;
  readonly record: Uuid;
  readonly state: OrderState;
  readonly polls: number;
}

interface Row {
  readonly node: NodeCode;
  readonly notice_number: string;
  readonly record: Uuid;
  readonly collector: NodeCode;
  readonly amount_fen: number;
  readonly state: OrderState;
  readonly polls: number;
}

const columns = 'node, notice_number, record, collector, amount_fen::float8 as amount_fen, state, polls';
const orderOf = ({ notice_number, amount_fen, ...rest }: Row): StoredOrder => ({
  ...rest,
  noticeNumber: notice_number,
  amountFen: amount_fen,
});
const iso = (at: number): string => new Date(at).toISOString();

/** Before the provider hears of it: an order that only the provider knew would be money that nobody asks for. */
export async function insertOrder(
  sql: Sql,
  order: PaymentOrder & { readonly node: NodeCode; readonly record: Uuid },
  now: number,
): Promise<void> {
  await sql.query(
    `insert into payment_order (node, notice_number, record, collector, amount_fen, state, polls, next_poll_at, changed_at)
     values ($1, $2, $3, $4, $5, 'open', 0, $6, $7)
     on conflict on constraint payment_order_pk do update set state = 'open', polls = 0,
       next_poll_at = excluded.next_poll_at, changed_at = excluded.changed_at
       where payment_order.state in ('open', 'moved', 'expired')`,
    [
      order.node,
      order.noticeNumber,
      order.record,
      order.collector,
      order.amountFen,
      iso(now + pollDelayMs(0)),
      iso(now),
    ],
  );
}

/** The orders whose time has come, kept from other rounds for the length of the lease. */
export async function claimDueOrders(sql: Sql, now: number): Promise<StoredOrder[]> {
  const rows = await sql.query<Row>(
    `update payment_order set next_poll_at = $2
      where (node, notice_number) in (
        select node, notice_number from payment_order where next_poll_at <= $1
         order by next_poll_at limit $3 for update skip locked)
     returning ${columns}`,
    [iso(now), iso(now + leaseMs), maxOrdersPerRound],
  );
  return rows.map(orderOf);
}

export async function findOrder(sql: Sql, node: NodeCode, noticeNumber: string): Promise<StoredOrder | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from payment_order where node = $1 and notice_number = $2`, [
    node,
    noticeNumber,
  ]);
  return row === undefined ? undefined : orderOf(row);
}

export async function saveOrder(
  sql: Sql,
  order: Pick<StoredOrder, 'node' | 'noticeNumber'>,
  change: {
    readonly state: OrderState;
    readonly polls: number;
    readonly nextPollAt: number | null;
    readonly problem: string | null;
  },
  now: number,
): Promise<void> {
  await sql.query(
    `update payment_order set state = $3, polls = $4, next_poll_at = $5, problem = $6, changed_at = $7
      where node = $1 and notice_number = $2`,
    [
      order.node,
      order.noticeNumber,
      change.state,
      change.polls,
      change.nextPollAt === null ? null : iso(change.nextPollAt),
      change.problem,
      iso(now),
    ],
  );
}

/** Asks about an order now rather than later; unknown ones are nobody's business. */
export async function hastenOrder(sql: Sql, noticeNumber: string, now: number): Promise<void> {
  await sql.query(
    `update payment_order set next_poll_at = $2 where notice_number = $1 and state = 'open' and next_poll_at > $2`,
    [noticeNumber, iso(now)],
  );
}

/** Orders whose money was booked and has been refunded since: it has to go back the way it came. */
export async function wakeRefunded(sql: Sql, today: string, now: number): Promise<void> {
  await sql.query(
    `update payment_order paid set next_poll_at = $2
       from fee_movement back
      where back.node = paid.node and back.notice_number = paid.notice_number and back.kind = 'refunded'
        and back.on_day >= $1::date - ${refundLookBackDays} and paid.state = 'confirmed' and paid.next_poll_at is null`,
    [today, iso(now)],
  );
}

/** A case that came here with an open notice: what was opened for it elsewhere is asked for here. */
export async function adoptOrders(sql: Sql, today: string, now: number): Promise<void> {
  await sql.query(
    `insert into payment_order (node, notice_number, record, collector, amount_fen, state, polls, next_poll_at, changed_at)
     select billed.node, billed.notice_number, billed.record, billed.collector, billed.amount_fen, 'open', 0, $2, $2
       from fee_movement billed
       join case_view held on held.node = billed.node and held.record = billed.record and held.owner = billed.node
       left join payment_order known on known.node = billed.node and known.notice_number = billed.notice_number
      where billed.kind = 'noticed' and billed.on_day >= $1::date - ${refundLookBackDays}
        and held.status in ('accepted', 'approved')
        and (known.state = 'moved' or (known.state is null and billed.collector <> billed.node))
        and not exists (select 1 from fee_movement ended where ended.node = billed.node
                         and ended.notice_number = billed.notice_number and ended.kind <> 'noticed')
      limit ${maxOrdersPerRound}
     on conflict on constraint payment_order_pk do update set state = 'open', next_poll_at = excluded.next_poll_at,
       changed_at = excluded.changed_at`,
    [today, iso(now)],
  );
}
