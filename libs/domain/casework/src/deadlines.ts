import { addDays, localDate, type DueDate, type LocalDate, type WorkingCalendar } from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';
import type { TimeUnit } from './codes.js';

/** Administrative Licensing Law, article 32 (4): all that is missing is told at once, within five (working) days. */
export const noticeWorkingDays = 5;

/** A limit that counts from the day after `from`; one in natural days that ends on a day off moves on. */
export const dueAfter = (calendar: WorkingCalendar, from: LocalDate, days: number, unit: TimeUnit): DueDate =>
  unit === 'workingDay'
    ? calendar.addWorkingDays(from, days)
    : days === 0
      ? { date: from, provisional: false }
      : calendar.nextWorkingDay(addDays(from, days));

/**
 * True when the five days went by without acceptance, refusal or notice: the law then takes the case as accepted on
 * the day the papers came. A limit that is only provisional is not held against anybody.
 */
export function noticeExpired(calendar: WorkingCalendar, receivedAt: Instant, now: Instant): boolean {
  const limit = calendar.addWorkingDays(localDate(receivedAt), noticeWorkingDays);
  return !limit.provisional && localDate(now) > limit.date;
}
