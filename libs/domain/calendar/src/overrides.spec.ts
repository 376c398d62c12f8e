import { calendarOverridesSchema } from './overrides.js';
import { workingCalendar } from './working-calendar.js';

describe('what a city adds to the calendar', () => {
  it('changes the days it names and nothing else', () => {
    const local = { offDays: ['2026-03-04'], workDays: ['2026-03-07'], coveredYears: [2027] };
    const calendar = workingCalendar(calendarOverridesSchema.parse(local));
    const usual = workingCalendar();
    expect([calendar.isWorkingDay('2026-03-04'), usual.isWorkingDay('2026-03-04')]).toEqual([false, true]);
    expect([calendar.isWorkingDay('2026-03-07'), usual.isWorkingDay('2026-03-07')]).toEqual([true, false]);
    expect(calendar.isWorkingDay('2026-03-05')).toBe(true);
    expect([calendar.isCovered(2027), usual.isCovered(2027)]).toEqual([true, false]);
    expect(calendar.addWorkingDays('2026-03-03', 4)).toEqual({ date: '2026-03-09', provisional: false });
    expect(usual.addWorkingDays('2026-03-03', 4)).toEqual({ date: '2026-03-09', provisional: false });
    expect(calendar.addWorkingDays('2026-03-03', 1).date).toBe('2026-03-05');
  });

  it.each([
    ['a day that is none', { offDays: ['2026-02-30'] }],
    ['a day both ways', { offDays: ['2026-03-04'], workDays: ['2026-03-04'] }],
    ['a year that is none', { coveredYears: [26] }],
    ['a name that means nothing', { holidays: [] }],
    ['no object', []],
  ])('is refused with %s', (_what, value) => expect(calendarOverridesSchema.safeParse(value).success).toBe(false));
});
