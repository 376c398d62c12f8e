import type { Instant } from '@tongban/kernel';

/** A calendar date of China Standard Time, `YYYY-MM-DD`. Text order is date order. */
export type LocalDate = string;

// China has kept UTC+8 without summer time since 1992; no service record is older.
const chinaOffsetMs = 8 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** The date in Asia/Shanghai at an instant. */
export const localDate = (at: Instant): LocalDate => new Date(at + chinaOffsetMs).toISOString().slice(0, 10);

/** Midnight in Asia/Shanghai with which a date begins. */
export const startOfLocalDate = (date: LocalDate): Instant => dayNumber(date) * dayMs - chinaOffsetMs;

export function isLocalDate(text: string): boolean {
  if (!datePattern.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Days since 1970-01-01. Throws RangeError for what is not a date. */
export function dayNumber(date: LocalDate): number {
  if (!isLocalDate(date)) throw new RangeError(`not a date: ${date}`);
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

export const dateOfDayNumber = (day: number): LocalDate => new Date(day * dayMs).toISOString().slice(0, 10);

export const addDays = (date: LocalDate, days: number): LocalDate => dateOfDayNumber(dayNumber(date) + days);

/** The same day some years later; 29 February becomes 28 February in an ordinary year. */
export function addYears(date: LocalDate, years: number): LocalDate {
  dayNumber(date);
  const moved = `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
  return isLocalDate(moved) ? moved : `${moved.slice(0, 8)}28`;
}

export const yearOf = (date: LocalDate): number => Number(date.slice(0, 4));
