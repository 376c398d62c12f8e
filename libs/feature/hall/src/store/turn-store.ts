import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { iso } from './hall-store.js';
import type { TicketRow } from './ticket-store.js';

export type TurnEnding = 'served' | 'skipped' | 'transferred' | 'noShow';

/** A number comes to a window; `waited` is false for one that had been passed over and is called back. */
export async function beginTurn(
  sql: Sql,
  node: NodeCode,
  { id, hall, group, day, window, queuedAt }: TicketRow,
  clerk: string,
  waited: boolean,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into ticket_turn (node, ticket, turn, hall, grp, day, window_number, clerk, queued_at, called_at)
     select $1, $2, coalesce(max(turn), 0) + 1, $3, $4, $5, $6, $7, $8, $9
       from ticket_turn where node = $1 and ticket = $2`,
    [node, id, hall, group, day, window, clerk, waited ? iso(queuedAt) : null, iso(now)],
  );
}

export async function beginService(sql: Sql, node: NodeCode, ticket: Uuid, now: number): Promise<void> {
  await sql.query('update ticket_turn set served_at = $3 where node = $1 and ticket = $2 and ended_at is null', [
    ...[node, ticket, iso(now)],
  ]);
}

export async function endTurn(sql: Sql, node: NodeCode, ticket: Uuid, ending: TurnEnding, now: number): Promise<void> {
  await sql.query(
    'update ticket_turn set ended_at = $3, ending = $4 where node = $1 and ticket = $2 and ended_at is null',
    [node, ticket, iso(now), ending],
  );
}

/** Milliseconds of the newest services of each group on a day, the newest `limit` of each. */
export async function recentServiceTimes(
  sql: Sql,
  node: NodeCode,
  hall: string,
  day: string,
  limit: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await sql.query<{ grp: string; ms: number }>(
    `select grp, ms from (
       select grp, (extract(epoch from ended_at - served_at) * 1000)::int as ms,
              row_number() over (partition by grp order by ended_at desc) as newest
         from ticket_turn
        where node = $1 and hall = $2 and day = $3 and ending = 'served' and served_at is not null) recent
      where newest <= $4`,
    [node, hall, day, limit],
  );
  const times = new Map<string, number[]>();
  for (const { grp, ms } of rows) times.set(grp, [...(times.get(grp) ?? []), ms]);
  return times;
}

export interface GroupFigures {
  readonly day: string;
  readonly group: string;
  readonly taken: number;
  readonly appointments: number;
  readonly priority: number;
  readonly served: number;
  readonly noShow: number;
  readonly cancelled: number;
  /** Seconds from queueing to the call. */
  readonly averageWaitSeconds: number | null;
  readonly longWaitSeconds: number | null;
  /** Seconds at the window of those who were served. */
  readonly averageServiceSeconds: number | null;
}

/** Per day and group; numbers count where they were taken, times where they were spent. `longWait`: nine in ten waited no longer. */
export const readFigures = (
  sql: Sql,
  node: NodeCode,
  hall: string,
  from: string,
  to: string,
): Promise<GroupFigures[]> =>
  sql.query<GroupFigures>(
    `with taken as (
       select day, taken_grp as grp, count(*)::int as taken,
              count(*) filter (where from_appointment)::int as appointments,
              count(*) filter (where mark is not null)::int as priority,
              count(*) filter (where state = 'served')::int as served,
              count(*) filter (where state = 'noShow')::int as no_show,
              count(*) filter (where state = 'cancelled')::int as cancelled
         from ticket where node = $1 and hall = $2 and day between $3 and $4 group by day, taken_grp),
     spent as (
       select day, grp,
              avg(extract(epoch from called_at - queued_at)) as wait,
              percentile_cont(0.9) within group (order by extract(epoch from called_at - queued_at)) as long_wait,
              avg(extract(epoch from ended_at - served_at)) filter (where ending = 'served') as service
         from ticket_turn where node = $1 and hall = $2 and day between $3 and $4 group by day, grp)
     select coalesce(taken.day, spent.day)::text as day, coalesce(taken.grp, spent.grp) as "group",
            coalesce(taken, 0) as taken, coalesce(appointments, 0) as appointments, coalesce(priority, 0) as priority,
            coalesce(served, 0) as served, coalesce(no_show, 0) as "noShow", coalesce(cancelled, 0) as cancelled,
            round(wait)::int as "averageWaitSeconds", round(long_wait::numeric)::int as "longWaitSeconds",
            round(service)::int as "averageServiceSeconds"
       from taken full join spent on spent.day = taken.day and spent.grp = taken.grp
      order by 1, 2`,
    [node, hall, from, to],
  );

export async function linkCases(sql: Sql, node: NodeCode, ticket: Uuid, records: readonly Uuid[]): Promise<void> {
  await sql.query(
    'insert into ticket_case (node, ticket, record) select $1, $2, r from unnest($3::uuid[]) as u(r) on conflict do nothing',
    [node, ticket, records],
  );
}

export async function casesOf(sql: Sql, node: NodeCode, ticket: Uuid): Promise<Uuid[]> {
  const rows = await sql.query<{ record: Uuid }>(
    'select record from ticket_case where node = $1 and ticket = $2 order by record',
    [node, ticket],
  );
  return rows.map(({ record }) => record);
}
