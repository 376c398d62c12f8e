import type { Appointment, KeptAppointmentState, PersonsBookings } from '@tongban/domain/hall';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { iso } from './hall-store.js';

export interface AppointmentRow extends Appointment {
  readonly id: Uuid;
  readonly number: string;
  readonly codeHash: string;
  readonly hall: string;
  readonly group: string;
  readonly day: string;
  readonly start: string;
  readonly ticket: Uuid | null;
}

/** Bookings of one person wait for each other until commit, so that the bounds hold. */
export async function lockPerson(sql: Sql, node: NodeCode, personRef: string): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`appointment ${node} ${personRef}`]);
}

/** `late`: how long after its end an appointment may still be kept, in milliseconds. */
export async function readPersonsBookings(
  sql: Sql,
  node: NodeCode,
  personRef: string,
  wish: { readonly hall: string; readonly group: string; readonly day: string },
  since: string,
  now: number,
  lateMs: number,
): Promise<PersonsBookings> {
  const [row] = await sql.query<PersonsBookings>(
    `select count(*) filter (where state = 'booked' and ends_at > $6)::int as open,
            count(*) filter (where state <> 'cancelled' and hall = $3 and grp = $4 and day = $5)::int
              as "sameGroupAndDay",
            count(*) filter (where state = 'booked' and ends_at <= $8 and day >= $7)::int as "noShows"
       from appointment where node = $1 and person_ref = $2`,
    [node, personRef, wish.hall, wish.group, wish.day, iso(now), since, iso(now - lateMs)],
  );
  return row!;
}

/** Takes a place of a slot; false when all are taken. */
export async function takePlace(
  sql: Sql,
  node: NodeCode,
  slot: { readonly hall: string; readonly group: string; readonly day: string; readonly start: string },
  capacity: number,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into hall_slot (node, hall, grp, day, start, taken) values ($1, $2, $3, $4, $5, 1)
     on conflict on constraint hall_slot_pk do update set taken = hall_slot.taken + 1 where hall_slot.taken < $6
     returning taken`,
    [node, slot.hall, slot.group, slot.day, slot.start, capacity],
  );
  return rows.length === 1;
}

export async function giveBackPlace(sql: Sql, node: NodeCode, row: AppointmentRow): Promise<void> {
  await sql.query(
    'update hall_slot set taken = taken - 1 where node = $1 and hall = $2 and grp = $3 and day = $4 and start = $5',
    [node, row.hall, row.group, row.day, row.start],
  );
}

/** Places taken of each slot of a group on a day. */
export async function readTakenPlaces(
  sql: Sql,
  node: NodeCode,
  hall: string,
  group: string,
  day: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ start: string; taken: number }>(
    'select start, taken from hall_slot where node = $1 and hall = $2 and grp = $3 and day = $4',
    [node, hall, group, day],
  );
  return new Map(rows.map(({ start, taken }) => [start, taken]));
}

export async function insertAppointment(
  sql: Sql,
  node: NodeCode,
  row: AppointmentRow,
  personRef: string,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into appointment (node, id, number, code_hash, hall, grp, day, start, starts_at, ends_at, person_ref, state,
       booked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[node, row.id, row.number, row.codeHash, row.hall, row.group, row.day, row.start],
      ...[iso(row.startsAt), iso(row.endsAt), personRef, row.state, iso(now)],
    ],
  );
}

interface Row {
  readonly id: Uuid;
  readonly number: string;
  readonly code_hash: string;
  readonly hall: string;
  readonly grp: string;
  readonly day: string;
  readonly start: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly state: KeptAppointmentState;
  readonly ticket: Uuid | null;
}

const rowOf = (row: Row): AppointmentRow => ({
  ...{ id: row.id, number: row.number, codeHash: row.code_hash, hall: row.hall, group: row.grp, day: row.day },
  ...{ start: row.start, state: row.state, ticket: row.ticket },
  startsAt: row.starts_at.getTime(),
  endsAt: row.ends_at.getTime(),
});
const columns = 'id, number, code_hash, hall, grp, day::text as day, start, starts_at, ends_at, state, ticket';

export async function findAppointment(
  sql: Sql,
  node: NodeCode,
  number: string,
  lock: '' | 'for update' = '',
): Promise<AppointmentRow | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from appointment where node = $1 and number = $2 ${lock}`, [
    ...[node, number],
  ]);
  return row === undefined ? undefined : rowOf(row);
}

/** Of a hall's day in the order of their slots. */
export async function listAppointments(
  sql: Sql,
  node: NodeCode,
  hall: string,
  day: string,
  limit: number,
): Promise<AppointmentRow[]> {
  const rows = await sql.query<Row>(
    `select ${columns} from appointment where node = $1 and hall = $2 and day = $3 order by starts_at, number limit $4`,
    [node, hall, day, limit],
  );
  return rows.map(rowOf);
}

export async function saveAppointment(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  state: KeptAppointmentState,
  ticket: Uuid | null,
): Promise<void> {
  await sql.query('update appointment set state = $3, ticket = $4 where node = $1 and id = $2', [
    ...[node, id, state, ticket],
  ]);
}
