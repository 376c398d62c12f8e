import type { Lane, LaneCounts, PriorityMark, Ticket, TicketState } from '@tongban/domain/hall';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { iso } from './hall-store.js';

/** A number with what its rules do not look at. */
export interface TicketRow extends Ticket {
  readonly id: Uuid;
  readonly hall: string;
  readonly day: string;
  readonly number: string;
  readonly sequence: number;
}

interface Row {
  readonly id: Uuid;
  readonly hall: string;
  readonly grp: string;
  readonly day: string;
  readonly number: string;
  readonly sequence: number;
  readonly lane: Lane;
  readonly mark: PriorityMark | null;
  readonly from_appointment: boolean;
  readonly state: TicketState;
  readonly window_number: string | null;
  readonly calls: number;
  readonly transfers: number;
  readonly taken_at: Date;
  readonly queued_at: Date;
  readonly place: Date;
}

const columns = `id, hall, grp, day::text as day, number, sequence, lane, mark, from_appointment, state, window_number,
  calls, transfers, taken_at, queued_at, place`;

const ticketOf = (row: Row): TicketRow => ({
  ...{ id: row.id, hall: row.hall, day: row.day, number: row.number, sequence: row.sequence },
  ...{ group: row.grp, lane: row.lane, mark: row.mark, state: row.state, window: row.window_number },
  ...{ calls: row.calls, transfers: row.transfers, fromAppointment: row.from_appointment },
  takenAt: row.taken_at.getTime(),
  queuedAt: row.queued_at.getTime(),
  place: row.place.getTime(),
});

export async function insertTicket(sql: Sql, node: NodeCode, ticket: TicketRow): Promise<void> {
  await sql.query(
    `insert into ticket (node, id, hall, taken_grp, grp, day, number, sequence, lane, mark, from_appointment, state,
       calls, transfers, taken_at, queued_at, place)
     values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, $13, $14)`,
    [
      ...[node, ticket.id, ticket.hall, ticket.group, ticket.day, ticket.number, ticket.sequence],
      ...[ticket.lane, ticket.mark, ticket.fromAppointment, ticket.state],
      ...[iso(ticket.takenAt), iso(ticket.queuedAt), iso(ticket.place)],
    ],
  );
}

export async function findTicket(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  lock: '' | 'for update' = '',
): Promise<TicketRow | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from ticket where node = $1 and id = $2 ${lock}`, [node, id]);
  return row === undefined ? undefined : ticketOf(row);
}

/**
 * The first number in the order of lanes that no other window is taking at this moment; locked until commit. The order
 * is that of `nextToCall`.
 */
export async function lockNextTicket(
  sql: Sql,
  node: NodeCode,
  queue: { readonly hall: string; readonly day: string; readonly groups: readonly string[] },
  lanes: readonly Lane[],
): Promise<TicketRow | undefined> {
  const [row] = await sql.query<Row>(
    `select ${columns} from ticket
      where node = $1 and hall = $2 and day = $3 and state = 'waiting' and grp = any($4)
      order by array_position($5::text[], lane), place, sequence, number limit 1 for update skip locked`,
    [node, queue.hall, queue.day, queue.groups, lanes],
  );
  return row === undefined ? undefined : ticketOf(row);
}

export async function saveTicket(sql: Sql, node: NodeCode, ticket: TicketRow): Promise<void> {
  await sql.query(
    `update ticket set grp = $3, lane = $4, mark = $5, state = $6, window_number = $7, calls = $8, transfers = $9,
       queued_at = $10 where node = $1 and id = $2`,
    [
      ...[node, ticket.id, ticket.group, ticket.lane, ticket.mark, ticket.state, ticket.window, ticket.calls],
      ...[ticket.transfers, iso(ticket.queuedAt)],
    ],
  );
}

/** What a window has in hand. */
export async function findAtWindow(
  sql: Sql,
  node: NodeCode,
  hall: string,
  window: string,
): Promise<TicketRow | undefined> {
  const [row] = await sql.query<Row>(
    `select ${columns} from ticket
      where node = $1 and hall = $2 and window_number = $3 and state in ('called', 'serving')`,
    [node, hall, window],
  );
  return row === undefined ? undefined : ticketOf(row);
}

/** Numbers of a day in the order in which they were taken. */
export async function listTickets(
  sql: Sql,
  node: NodeCode,
  hall: string,
  day: string,
  state: TicketState | undefined,
  limit: number,
): Promise<TicketRow[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from ticket where node = $1 and hall = $2 and day = $3 and ($4::text is null or state = $4)
      order by taken_at, number limit $5`,
    [node, hall, day, state ?? null, limit],
  );
  return rows.map(ticketOf);
}

/** Numbers at windows now, the newest call first: what a screen shows. */
export async function listCalled(
  sql: Sql,
  node: NodeCode,
  hall: string,
  day: string,
  limit: number,
): Promise<TicketRow[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from ticket
      where node = $1 and hall = $2 and day = $3 and state in ('called', 'serving')
      order by (select max(called_at) from ticket_turn turn where turn.node = ticket.node and turn.ticket = ticket.id)
        desc, number limit $4`,
    [node, hall, day, limit],
  );
  return rows.map(ticketOf);
}

const nobody: LaneCounts = { priority: 0, appointment: 0, ordinary: 0 };

/** Waiting numbers by group and lane. */
export async function countWaiting(
  sql: Sql,
  node: NodeCode,
  hall: string,
  day: string,
): Promise<ReadonlyMap<string, LaneCounts>> {
  const rows = await sql.query<{ grp: string; lane: Lane; waiting: number }>(
    `select grp, lane, count(*)::int as waiting from ticket
      where node = $1 and hall = $2 and day = $3 and state = 'waiting' group by grp, lane`,
    [node, hall, day],
  );
  const counts = new Map<string, LaneCounts>();
  for (const { grp, lane, waiting } of rows) counts.set(grp, { ...(counts.get(grp) ?? nobody), [lane]: waiting });
  return counts;
}

/** How many of its lane and group come before a number. */
export async function countAhead(sql: Sql, node: NodeCode, ticket: TicketRow): Promise<number> {
  const [row] = await sql.query<{ ahead: number }>(
    `select count(*)::int as ahead from ticket
      where node = $1 and hall = $2 and day = $3 and state = 'waiting' and grp = $4 and lane = $5
        and (place, sequence) < ($6::timestamptz, $7::int)`,
    [node, ticket.hall, ticket.day, ticket.group, ticket.lane, iso(ticket.place), ticket.sequence],
  );
  return row!.ahead;
}
