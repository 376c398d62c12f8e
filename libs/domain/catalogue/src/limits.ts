import type { LimitUnit } from './codes.js';
import type { Limit } from './item-parts.js';

/** A month counts 30 days where limits are compared, as the national platform converts it; a week has five working days. */
const hoursOf: Readonly<Record<LimitUnit, number>> = {
  minute: 1 / 60,
  hour: 1,
  calendarDay: 24,
  workingDay: (24 * 7) / 5,
  month: 24 * 30,
};

/** Length of a limit in calendar hours: only good for saying which of two is longer. */
export const calendarHours = ({ value, unit }: Limit): number => value * hoursOf[unit];

/** Whether `a` is longer than `b`; in the same unit exactly, else by their calendar length. */
export const isLonger = (a: Limit, b: Limit): boolean =>
  a.unit === b.unit ? a.value > b.value : calendarHours(a) > calendarHours(b);
