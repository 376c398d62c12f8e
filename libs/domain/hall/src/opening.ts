import { startOfLocalDate, type LocalDate, type WorkingCalendar } from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';
import type { HallDefinition, WindowGroup } from './definition.js';

const minuteMs = 60_000;
const minutesPerHour = 60;
/** Numbers are given out from so long before the doors open. */
export const ticketsBeforeOpeningMinutes = 60;

export interface Slot {
  /** `HH:MM` */
  readonly start: string;
  readonly end: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * minutesPerHour + Number(time.slice(3));
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / minutesPerHour)).padStart(2, '0')}:${String(minutes % minutesPerHour).padStart(2, '0')}`;
const instantOf = (day: LocalDate, minutes: number): Instant => startOfLocalDate(day) + minutes * minuteMs;

export function isOpenOn(hall: HallDefinition, day: LocalDate, calendar: WorkingCalendar): boolean {
  if (hall.closedDays.includes(day)) return false;
  return hall.extraDays.includes(day) || hall.opening === 'daily' || calendar.isWorkingDay(day);
}

/** The slots of a group on an open day, earliest first; a rest shorter than a slot is not one. */
export function slotsOn({ hours }: HallDefinition, group: WindowGroup, day: LocalDate): Slot[] {
  if (group.slotCapacity === 0) return [];
  return hours.flatMap(({ from, to }) => {
    const slots: Slot[] = [];
    for (let start = minutesOf(from); start + group.slotMinutes <= minutesOf(to); start += group.slotMinutes)
      slots.push({
        start: timeOf(start),
        end: timeOf(start + group.slotMinutes),
        startsAt: instantOf(day, start),
        endsAt: instantOf(day, start + group.slotMinutes),
      });
    return slots;
  });
}

/** Whether the kiosk gives out numbers now: on an open day, from an hour before opening until closing. */
export function givesTickets(hall: HallDefinition, day: LocalDate, now: Instant, calendar: WorkingCalendar): boolean {
  if (!isOpenOn(hall, day, calendar)) return false;
  const opens = instantOf(day, minutesOf(hall.hours[0]!.from) - ticketsBeforeOpeningMinutes);
  return now >= opens && now < instantOf(day, minutesOf(hall.hours.at(-1)!.to));
}
