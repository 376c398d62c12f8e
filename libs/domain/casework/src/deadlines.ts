import {
  addDays,
  dayNumber,
  localDate,
  type DueDate,
  type LocalDate,
  type WorkingCalendar,
} from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';
import type { TimeUnit } from './codes.js';
import type { Pause, ProcedureState } from './procedure-state.js';
import type { CaseState } from './state.js';

/** Administrative Licensing Law, article 32 (4): all that is missing is told at once, within five (working) days. */
export const noticeWorkingDays = 5;
/** Article 42: an extension once, by ten days at most. */
export const maxExtensionDays = 10;
/** Article 43: what a lower authority reviews first goes up within twenty days from acceptance. */
export const firstReviewWorkingDays = 20;
/** Article 44: the certificate is issued and delivered within ten days of the decision. */
export const certificateWorkingDays = 10;
/** Article 45 sets no bound; a notice for more than a working year is taken for a mistyped one. */
export const maxPauseWorkingDays = 250;

/** Days after `from` up to and including `to` that are not counted. */
export interface Standstill {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export interface Limit {
  readonly from: LocalDate;
  readonly days: number;
  readonly unit: TimeUnit;
}

/** The last day on which a pause still stops the clock: the applicant was told no more. */
export const pauseBound = (calendar: WorkingCalendar, { from, workingDays }: Pause): DueDate =>
  calendar.addWorkingDays(from, workingDays);

const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);

/** A running pause stands still until `today`; none beyond what was told. */
export const standstillsOf = (
  calendar: WorkingCalendar,
  { pauses }: ProcedureState,
  today: LocalDate,
): readonly Standstill[] =>
  pauses.map((pause) => ({
    from: pause.from,
    to: earlier(pause.endedOn ?? (today < pause.from ? pause.from : today), pauseBound(calendar, pause).date),
  }));

/**
 * The last day of a limit that counts from the day after `from`. Each standstill that begins before the limit has run
 * out moves it by the standstill's days; one in natural days that ends on a day off moves on to a working day (Civil
 * Code, article 203). `standstills` do not overlap and are in order.
 */
export function dueAfter(
  calendar: WorkingCalendar,
  { from, days, unit }: Limit,
  standstills: readonly Standstill[] = [],
): DueDate {
  const end = (count: number): DueDate =>
    unit === 'workingDay' ? calendar.addWorkingDays(from, count) : { date: addDays(from, count), provisional: false };
  let count = days;
  for (const still of standstills) {
    const begins = still.from < from ? from : still.from;
    if (begins >= end(count).date || still.to <= begins) continue;
    count +=
      unit === 'workingDay'
        ? calendar.workingDaysBetween(begins, still.to).days
        : dayNumber(still.to) - dayNumber(begins);
  }
  const due = end(count);
  return unit === 'workingDay' || count === 0 ? due : calendar.nextWorkingDay(due.date);
}

/** Working days left: 0 on the last day, negative after it. */
export const remainingWorkingDays = (calendar: WorkingCalendar, today: LocalDate, due: DueDate): number =>
  calendar.workingDaysBetween(today, due.date).days;

export interface Dues {
  readonly promisedDue: DueDate;
  readonly statutoryDue: DueDate;
}

type Counted = Pick<CaseState, 'item' | 'acceptedOn'> & ProcedureState;

/** Both limits of an accepted case, counted anew with the calendar as it is known now; null before acceptance. */
export function duesOf(state: Counted, calendar: WorkingCalendar, today: LocalDate): Dues | null {
  const { acceptedOn, item, extension } = state;
  if (acceptedOn === null) return null;
  const longer = extension?.outcome === 'granted' ? extension.days : 0;
  const standstills = standstillsOf(calendar, state, today);
  const due = (days: number): DueDate =>
    dueAfter(calendar, { from: acceptedOn, days: days + longer, unit: item.timeUnit }, standstills);
  return { promisedDue: due(item.promisedDays), statutoryDue: due(item.statutoryDays) };
}

/**
 * True when the five days went by without acceptance, refusal or notice: the law then takes the case as accepted on
 * the day the papers came. A limit that is only provisional is not held against anybody.
 */
export function noticeExpired(calendar: WorkingCalendar, receivedAt: Instant, now: Instant): boolean {
  const limit = calendar.addWorkingDays(localDate(receivedAt), noticeWorkingDays);
  return isOver(limit, localDate(now));
}

/** A limit that is certain and has passed. */
export const isOver = ({ date, provisional }: DueDate, today: LocalDate): boolean => !provisional && today > date;
