import { addDays, localDate, type LocalDate, type WorkingCalendar } from '@tongban/domain/calendar';
import { ok, refuse, type Instant, type Result } from '@tongban/kernel';
import { daysBetween, findGroup, type HallDefinition } from './definition.js';
import { isOpenOn, slotsOn, type Slot } from './opening.js';

export const appointmentStates = {
  booked: '已预约',
  checkedIn: '已取号',
  cancelled: '已取消',
  noShow: '已爽约',
} as const;
export type AppointmentState = keyof typeof appointmentStates;
/** What is written down; a no-show is what nobody did. */
export type KeptAppointmentState = Exclude<AppointmentState, 'noShow'>;

export const maxDaysAhead = 14;
/** Appointments of one person that lie ahead, in all groups of a node. */
export const maxOpenPerPerson = 3;
/** Who did not come so often within the days before books no more for now. */
export const maxNoShows = 3;
export const noShowMemoryDays = 30;

const minuteMs = 60_000;
/** The kiosk gives the number out from so long before the slot until so long after its end. */
export const checkInEarlyMinutes = 30;
export const checkInLateMinutes = 15;

export interface BookingWish {
  readonly group: string;
  readonly day: LocalDate;
  /** `HH:MM` */
  readonly start: string;
}

/** What is known of the person by a keyed hash. */
export interface PersonsBookings {
  /** Not yet over. */
  readonly open: number;
  readonly sameGroupAndDay: number;
  readonly noShows: number;
}

/** The slot that may be booked, capacity aside. Refusals: hall.closed, appointment.slot, appointment.person. */
export function mayBook(
  hall: HallDefinition,
  wish: BookingWish,
  person: PersonsBookings,
  now: Instant,
  calendar: WorkingCalendar,
): Result<Slot> {
  const slot = bookableSlot(hall, wish, now, calendar);
  if (!slot.ok) return slot;
  if (person.noShows >= maxNoShows)
    return refuse('appointment.person', `近 ${noShowMemoryDays} 天已爽约 ${maxNoShows} 次，请到现场取号`);
  if (person.open >= maxOpenPerPerson)
    return refuse('appointment.person', `每人最多同时预约 ${maxOpenPerPerson} 次，请先取消或办完已有预约`);
  if (person.sameGroupAndDay > 0) return refuse('appointment.person', '当日已预约过同一类业务，无须重复预约');
  return slot;
}

function bookableSlot(
  hall: HallDefinition,
  { group: code, day, start }: BookingWish,
  now: Instant,
  calendar: WorkingCalendar,
): Result<Slot> {
  const group = findGroup(hall, code);
  if (group === undefined) return refuse('appointment.slot', '没有这个窗口组');
  const ahead = daysBetween(localDate(now), day);
  if (ahead < 0 || ahead > maxDaysAhead)
    return refuse('appointment.slot', `只能预约今日起 ${maxDaysAhead} 天内的时段`, { day });
  if (!isOpenOn(hall, day, calendar)) return refuse('hall.closed', `${day} 大厅不开放`, { day });
  const slot = slotsOn(hall, group, day).find((candidate) => candidate.start === start);
  if (slot === undefined) return refuse('appointment.slot', '没有这个预约时段', { day, start });
  return slot.startsAt > now ? ok(slot) : refuse('appointment.slot', '该时段已开始，请现场取号', { day, start });
}

export interface Appointment {
  readonly state: KeptAppointmentState;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

const closesAt = ({ endsAt }: Appointment): Instant => endsAt + checkInLateMinutes * minuteMs;

/** A no-show is told by the time, not by a job: it is so from the minute on, also while the host is down. */
export const appointmentStateAt = (appointment: Appointment, now: Instant): AppointmentState =>
  appointment.state === 'booked' && now >= closesAt(appointment) ? 'noShow' : appointment.state;

/** Refusals: appointment.state, appointment.time. */
export function mayCheckIn(appointment: Appointment, now: Instant): Result<void> {
  const state = appointmentStateAt(appointment, now);
  if (state === 'noShow') return refuse('appointment.time', '已过预约时段，请在现场取普通号');
  if (state !== 'booked') return refuse('appointment.state', `该预约${appointmentStates[state]}`, { state });
  return now >= appointment.startsAt - checkInEarlyMinutes * minuteMs
    ? ok(undefined)
    : refuse('appointment.time', `请在预约时段开始前 ${checkInEarlyMinutes} 分钟内取号`);
}

/** Refusals: appointment.state, appointment.time. */
export function mayCancel(appointment: Appointment, now: Instant): Result<void> {
  const state = appointmentStateAt(appointment, now);
  if (state !== 'booked') return refuse('appointment.state', `该预约${appointmentStates[state]}，不能取消`, { state });
  return now < appointment.startsAt ? ok(undefined) : refuse('appointment.time', '预约时段已开始，不能取消');
}

/** Days whose appointments are looked at for no-shows, up to today. */
export const noShowsSince = (now: Instant): LocalDate => addDays(localDate(now), -noShowMemoryDays);

/** `YY` (预约), the day of booking and its sequence at the node: unique at the node that gave it. */
export const appointmentNumber = (day: LocalDate, sequence: number): string =>
  `YY${day.replaceAll('-', '')}${String(sequence).padStart(5, '0')}`;
