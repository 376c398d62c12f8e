import { z } from 'zod';
import { isLocalDate } from './local-date.js';
import type { CalendarOverrides } from './working-calendar.js';

const mostDays = 4_000;
const mostYears = 100;
const date = z.string().refine(isLocalDate, '须为 YYYY-MM-DD 的日期');

/**
 * What a city adds to the State Council's notices, or a year that the installed data does not have yet:
 * `{"offDays": ["2027-01-01"], "workDays": [], "coveredYears": [2027]}`. A day is either off or worked, not both.
 */
export const calendarOverridesSchema: z.ZodType<CalendarOverrides> = z
  .strictObject({
    offDays: z.array(date).max(mostDays).default([]),
    workDays: z.array(date).max(mostDays).default([]),
    coveredYears: z.array(z.int().min(1949).max(9_999)).max(mostYears).default([]),
  })
  .refine(({ offDays, workDays }) => offDays.every((day) => !workDays.includes(day)), '同一天不能既放假又上班');
