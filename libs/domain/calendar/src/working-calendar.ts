import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { dateOfDayNumber, dayNumber, yearOf, type LocalDate } from './local-date.js';

/** Longest limit that can be counted: some eight years, far beyond any statutory limit. */
export const maxWorkingDays = 2_000;
/** Longest span that `workingDaysBetween` counts. */
export const maxSpanYears = 60;

const saturday = 6;
const sunday = 0;
const daysPerWeek = 7;
const weekdayOfEpoch = 4;

/** What a city adds to the State Council's yearly notice, or a year the installed data does not have yet. */
export interface CalendarOverrides {
  readonly offDays?: readonly LocalDate[];
  readonly workDays?: readonly LocalDate[];
  /** Years whose arrangement is complete through these overrides. */
  readonly coveredYears?: readonly number[];
}

/** `provisional`: a day that was counted lies in a year whose holidays have not been published to this calendar. */
export type DueDate = { readonly date: LocalDate; readonly provisional: boolean };

export interface WorkingDayCount {
  readonly days: number;
  readonly provisional: boolean;
}

/** Working days in the sense of the Administrative Licensing Law, article 82: statutory holidays are not counted. */
export interface WorkingCalendar {
  /** True when the year's holidays and make-up working days are known. */
  isCovered(year: number): boolean;
  isWorkingDay(date: LocalDate): boolean;
  /** The date itself when it is a working day, else the next one (Civil Code, article 203). */
  nextWorkingDay(date: LocalDate): DueDate;
  /** The start day is not counted. `days` 0 to maxWorkingDays; 0 gives the date itself. Throws RangeError outside. */
  addWorkingDays(date: LocalDate, days: number): DueDate;
  /** Working days after `from` up to and including `to`; negative when `to` lies before `from`. */
  workingDaysBetween(from: LocalDate, to: LocalDate): WorkingDayCount;
}

/**
 * Years that the installed data covers, read from the data itself: a notice always contains the National Day, while
 * New Year's Day may come from the notice of the year before.
 */
export function publishedYears(): readonly number[] {
  const years: number[] = [];
  for (const date of Object.keys(published.holidays)) if (date.endsWith('-10-01')) years.push(yearOf(date));
  return years.sort((a, b) => a - b);
}

export function workingCalendar(overrides: CalendarOverrides = {}): WorkingCalendar {
  const offDays = new Set([...Object.keys(published.holidays), ...(overrides.offDays ?? [])]);
  const workDays = new Set([...Object.keys(published.workdays), ...(overrides.workDays ?? [])]);
  for (const date of overrides.offDays ?? []) workDays.delete(date);
  for (const date of overrides.workDays ?? []) offDays.delete(date);
  const covered = new Set([...publishedYears(), ...(overrides.coveredYears ?? [])]);
  const works = (day: number): boolean => {
    const date = dateOfDayNumber(day);
    if (workDays.has(date)) return true;
    if (offDays.has(date)) return false;
    const weekday = (((day + weekdayOfEpoch) % daysPerWeek) + daysPerWeek) % daysPerWeek;
    return weekday !== saturday && weekday !== sunday;
  };
  return calendarOver(yearTables(works), (year) => covered.has(year), works);
}

/** The working days of a year as ascending day numbers, computed once per year. */
function yearTables(works: (day: number) => boolean): (year: number) => readonly number[] {
  const tables = new Map<number, readonly number[]>();
  return (year) => {
    const known = tables.get(year);
    if (known !== undefined) return known;
    const days: number[] = [];
    const last = dayNumber(`${String(year).padStart(4, '0')}-12-31`);
    for (let day = dayNumber(`${String(year).padStart(4, '0')}-01-01`); day <= last; day++)
      if (works(day)) days.push(day);
    tables.set(year, days);
    return days;
  };
}

/** How many entries of an ascending list are at most `day`. */
function countUpTo(days: readonly number[], day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function calendarOver(
  tableOf: (year: number) => readonly number[],
  isCovered: (year: number) => boolean,
  works: (day: number) => boolean,
): WorkingCalendar {
  const uncovered = (fromDay: number, toDay: number): boolean => {
    const lastYear = yearOf(dateOfDayNumber(toDay));
    for (let year = yearOf(dateOfDayNumber(fromDay)); year <= lastYear; year++) if (!isCovered(year)) return true;
    return false;
  };
  const add = (date: LocalDate, days: number): DueDate => {
    if (!Number.isInteger(days) || days < 0 || days > maxWorkingDays)
      throw new RangeError(`working days must be 0 to ${maxWorkingDays}: ${days}`);
    const start = dayNumber(date);
    if (days === 0) return { date, provisional: false };
    const firstYear = yearOf(date);
    let remaining = days + countUpTo(tableOf(firstYear), start);
    for (let year = firstYear; year <= firstYear + maxWorkingDays; year++) {
      const table = tableOf(year);
      const due = table[remaining - 1];
      if (due !== undefined) return { date: dateOfDayNumber(due), provisional: uncovered(start + 1, due) };
      remaining -= table.length;
    }
    throw new RangeError('the calendar has no working days');
  };
  const between = (from: LocalDate, to: LocalDate): WorkingDayCount => {
    const start = dayNumber(from);
    const end = dayNumber(to);
    if (end < start) {
      const back = between(to, from);
      return { days: back.days === 0 ? 0 : -back.days, provisional: back.provisional };
    }
    if (end === start) return { days: 0, provisional: false };
    const [first, last] = [yearOf(from), yearOf(to)];
    if (last - first > maxSpanYears)
      throw new RangeError(`a span of more than ${maxSpanYears} years: ${from} to ${to}`);
    let days = countUpTo(tableOf(last), end) - countUpTo(tableOf(first), start);
    for (let year = first; year < last; year++) days += tableOf(year).length;
    return { days, provisional: uncovered(start + 1, end) };
  };
  const next = (date: LocalDate): DueDate => {
    const start = dayNumber(date);
    if (works(start)) return { date, provisional: uncovered(start, start) };
    const { date: due } = add(date, 1);
    return { date: due, provisional: uncovered(start, dayNumber(due)) };
  };
  return {
    isCovered,
    isWorkingDay: (date) => works(dayNumber(date)),
    nextWorkingDay: next,
    addWorkingDays: add,
    workingDaysBetween: between,
  };
}
