import { addDays, localDate } from '@tongban/domain/calendar';
import {
  appointmentNumber,
  appointmentStateAt,
  checkInLateMinutes,
  findGroup,
  maxDaysAhead,
  isOpenOn,
  mayBook,
  mayCancel,
  mayCheckIn,
  noShowsSince,
  slotsOn,
  type AppointmentState,
} from '@tongban/domain/hall';
import { derivedId } from '@tongban/federation/nest';
import { isoInstant, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { Sql } from '@tongban/journal';
import type { HallOptions } from '../ports.js';
import {
  findAppointment,
  giveBackPlace,
  insertAppointment,
  lockPerson,
  readPersonsBookings,
  readTakenPlaces,
  saveAppointment,
  takePlace,
  type AppointmentRow,
} from '../store/appointment-store.js';
import { nextInSeries } from '../store/hall-store.js';
import { getHall, once, type Caller } from './command.js';
import { putInQueue, wantedGroup, type TakenTicket, type Wanted } from './tickets.js';

const minuteMs = 60_000;
const personPurpose = 'appointment';
const codePurpose = 'appointment-code';
const codeHashPurpose = 'appointment-code-hash';
/** The node's own count of appointments, whichever hall they are for. */
const wholeNode = '';

export interface Booking extends Wanted {
  readonly day: string;
  readonly start: string;
  readonly identityNumber: string;
}
export type Booked = { readonly number: string; readonly day: string; readonly start: string };

/** Six digits that the node can make again when the same key comes a second time, and that are kept nowhere. */
const codeOf = (tools: HallOptions, { node, key }: Pick<Caller, 'node' | 'key'>): string => {
  const bits = tools.secrets.hmac(node, codePurpose, key).slice(0, 12);
  return (Number.parseInt(bits, 16) % 1_000_000).toString().padStart(6, '0');
};
const codeHashOf = (tools: HallOptions, node: NodeCode, number: string, code: string): string =>
  tools.secrets.hmac(node, codeHashPurpose, `${number}:${code}`);

/** Books a place of a slot for a person. Refusals: hall.*, appointment.slot, .full, .person. */
export async function book(
  tools: HallOptions,
  caller: Caller,
  booking: Booking,
): Promise<Result<Booked & { readonly code: string }>> {
  const { node } = caller;
  const code = codeOf(tools, caller);
  const booked = await once<Booked>(tools, caller, 'book', async (sql, now, today) => {
    const hall = await getHall(sql, node, booking.hall);
    if (!hall.ok) return hall;
    const { definition } = hall.value;
    const group = wantedGroup(tools, node, definition, booking);
    if (!group.ok) return group;
    const { day, start } = booking;
    const wish = { hall: booking.hall, group: group.value.code, day, start };
    const personRef = tools.secrets.hmac(node, personPurpose, booking.identityNumber.toUpperCase());
    await lockPerson(sql, node, personRef);
    const lateMs = checkInLateMinutes * minuteMs;
    const person = await readPersonsBookings(sql, node, personRef, wish, noShowsSince(now), now, lateMs);
    const slot = mayBook(definition, wish, person, now, tools.calendar);
    if (!slot.ok) return slot;
    if (!(await takePlace(sql, node, wish, group.value.slotCapacity)))
      return refuse('appointment.full', '该时段已约满，请选择其他时段', { day, start });
    const number = appointmentNumber(today, await nextInSeries(sql, node, wholeNode, 'appointment', today));
    const row: AppointmentRow = {
      ...wish,
      ...{ id: derivedId(caller.key, 'appointment'), number, state: 'booked', ticket: null },
      ...{ startsAt: slot.value.startsAt, endsAt: slot.value.endsAt, codeHash: codeHashOf(tools, node, number, code) },
    };
    await insertAppointment(sql, node, row, personRef, now);
    return ok({ subject: `appointment ${number}`, outcome: { number, day, start } });
  });
  return booked.ok ? ok({ ...booked.value, code }) : booked;
}

/** The appointment that number and code belong to. Refusal appointment.unknown, whichever of both is wrong. */
async function identified(
  tools: HallOptions,
  sql: Sql,
  node: NodeCode,
  { number, code }: Credentials,
  lock: '' | 'for update',
): Promise<Result<AppointmentRow>> {
  const row = await findAppointment(sql, node, number, lock);
  return row === undefined || row.codeHash !== codeHashOf(tools, node, number, code)
    ? refuse('appointment.unknown', '预约编号与查询码不符')
    : ok(row);
}

export interface Credentials {
  readonly number: string;
  readonly code: string;
}

export interface AppointmentView {
  readonly number: string;
  readonly hall: string;
  readonly group: string;
  readonly day: string;
  readonly start: string;
  readonly startsAt: string;
  readonly state: AppointmentState;
  readonly ticket: string | null;
}

export const viewOf = (row: AppointmentRow, now: number): AppointmentView => ({
  ...{ number: row.number, hall: row.hall, group: row.group, day: row.day, start: row.start, ticket: row.ticket },
  startsAt: isoInstant(row.startsAt),
  state: appointmentStateAt(row, now),
});

export async function showAppointment(
  tools: HallOptions,
  node: NodeCode,
  credentials: Credentials,
): Promise<Result<AppointmentView>> {
  const found = await tools.transactor.run((sql) => identified(tools, sql, node, credentials, ''));
  return found.ok ? ok(viewOf(found.value, tools.clock.now())) : found;
}

/** At the kiosk: the appointment becomes a number. Refusals: appointment.*, hall.* */
export function checkIn(tools: HallOptions, caller: Caller, credentials: Credentials): Promise<Result<TakenTicket>> {
  return once(tools, caller, 'checkIn', async (sql, now) => {
    const found = await identified(tools, sql, caller.node, credentials, 'for update');
    if (!found.ok) return found;
    const row = found.value;
    const may = mayCheckIn(row, now);
    if (!may.ok) return may;
    const hall = await getHall(sql, caller.node, row.hall);
    if (!hall.ok) return hall;
    const group = findGroup(hall.value.definition, row.group);
    if (group === undefined) return refuse('hall.invalid', '预约的窗口组已撤销，请到咨询台办理', { group: row.group });
    const place = { hall: row.hall, group, mark: null, appointmentAt: row.startsAt };
    const queued = await putInQueue(sql, caller, place, now);
    if (queued.ok) await saveAppointment(sql, caller.node, row.id, 'checkedIn', queued.value.outcome.ticket);
    return queued;
  });
}

/** Gives the place back to others. Refusals: appointment.unknown, .state, .time. */
export function cancel(
  tools: HallOptions,
  caller: Caller,
  credentials: Credentials,
): Promise<Result<{ readonly number: string }>> {
  return once(tools, caller, 'cancelAppointment', async (sql, now) => {
    const found = await identified(tools, sql, caller.node, credentials, 'for update');
    if (!found.ok) return found;
    const may = mayCancel(found.value, now);
    if (!may.ok) return may;
    await giveBackPlace(sql, caller.node, found.value);
    await saveAppointment(sql, caller.node, found.value.id, 'cancelled', null);
    const { number } = found.value;
    return ok({ subject: `appointment ${number}`, outcome: { number } });
  });
}

export interface FreeSlot {
  readonly start: string;
  readonly end: string;
  readonly free: number;
}

/** What may still be booked of a group's day. Refusals: hall.unknown, request.invalid. */
export async function freeSlots(
  tools: HallOptions,
  node: NodeCode,
  wanted: Wanted,
  day: string,
): Promise<Result<readonly FreeSlot[]>> {
  const now = tools.clock.now();
  const today = localDate(now);
  return tools.transactor.run(async (sql) => {
    const hall = await getHall(sql, node, wanted.hall);
    if (!hall.ok) return hall;
    const { definition } = hall.value;
    const group = wantedGroup(tools, node, definition, wanted);
    if (!group.ok) return group;
    if (day < today || day > addDays(today, maxDaysAhead) || !isOpenOn(definition, day, tools.calendar)) return ok([]);
    const taken = await readTakenPlaces(sql, node, wanted.hall, group.value.code, day);
    const ahead = slotsOn(definition, group.value, day).filter(({ startsAt }) => startsAt > now);
    return ok(
      ahead.map(({ start, end }) => ({
        start,
        end,
        free: Math.max(0, group.value.slotCapacity - (taken.get(start) ?? 0)),
      })),
    );
  });
}
