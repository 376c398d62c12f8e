export {
  addDays,
  addYears,
  dateOfDayNumber,
  dayNumber,
  isLocalDate,
  localDate,
  startOfLocalDate,
  type LocalDate,
} from './local-date.js';
export { calendarOverridesSchema } from './overrides.js';
export {
  maxSpanYears,
  maxWorkingDays,
  publishedYears,
  workingCalendar,
  type CalendarOverrides,
  type DueDate,
  type WorkingCalendar,
  type WorkingDayCount,
} from './working-calendar.js';
