import fc from 'fast-check';
import {
  addDays,
  addYears,
  dateOfDayNumber,
  dayNumber,
  isLocalDate,
  localDate,
  startOfLocalDate,
} from './local-date.js';
import { maxWorkingDays, publishedYears, workingCalendar } from './working-calendar.js';

const calendar = workingCalendar();
const dates = fc.integer({ min: dayNumber('2004-01-01'), max: dayNumber('2028-12-31') }).map(dateOfDayNumber);

/** The counter that a clerk would use: one day after the other. */
function countedByHand(from: string, days: number): string {
  let date = from;
  for (let counted = 0; counted < days;) {
    date = addDays(date, 1);
    if (calendar.isWorkingDay(date)) counted += 1;
  }
  return date;
}

describe('working calendar', () => {
  it.each([
    ['2025-09-26', 5, '2025-10-10', false],
    ['2025-12-31', 1, '2026-01-04', false],
    ['2026-02-12', 5, '2026-02-26', false],
    ['2026-02-12', 20, '2026-03-18', false],
    ['2026-02-12', 30, '2026-04-01', false],
    ['2026-04-30', 3, '2026-05-08', false],
    ['2026-09-18', 20, '2026-10-22', false],
    ['2026-09-30', 5, '2026-10-13', false],
    ['2026-12-25', 10, '2027-01-08', true],
  ])('%s + %i working days is %s (provisional: %s)', (from, days, date, provisional) => {
    expect(calendar.addWorkingDays(from, days)).toEqual({ date, provisional });
    expect(calendar.workingDaysBetween(from, date)).toEqual({ days, provisional });
  });

  it('has the working days of a year as the notices give them', () => {
    const inYear = (year: number) => calendar.workingDaysBetween(`${year - 1}-12-31`, `${year}-12-31`).days;
    expect([2024, 2025, 2026].map(inYear)).toEqual([251, 248, 248]);
    for (const date of ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])
      expect(calendar.isWorkingDay(date)).toBe(true);
    for (const date of ['2026-01-01', '2026-02-15', '2026-02-23', '2026-04-06', '2026-06-19', '2026-10-07'])
      expect(calendar.isWorkingDay(date)).toBe(false);
  });

  it('reads the covered years from the data: fails here when the package has moved on, so that vectors are added', () => {
    const years = publishedYears();
    expect([years[0], years.at(-1), years.length]).toEqual([2004, 2026, 23]);
    expect([2003, 2004, 2026, 2027].map(calendar.isCovered)).toEqual([false, true, true, false]);
  });

  it('agrees with counting day by day', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 150 }), (from, days) => {
        const due = calendar.addWorkingDays(from, days);
        expect(due.date).toBe(countedByHand(from, days));
        expect(calendar.workingDaysBetween(from, due.date).days).toBe(days);
        const lastYear = Number(due.date.slice(0, 4));
        const firstYear = Number(addDays(from, 1).slice(0, 4));
        expect(due.provisional).toBe(days > 0 && !(calendar.isCovered(firstYear) && calendar.isCovered(lastYear)));
      }),
    );
  });

  it('adds up: two limits one after the other are their sum; backward is minus forward', () => {
    fc.assert(
      fc.property(dates, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (from, first, second) => {
        const middle = calendar.addWorkingDays(from, first).date;
        expect(calendar.addWorkingDays(middle, second).date).toBe(calendar.addWorkingDays(from, first + second).date);
        const back = calendar.workingDaysBetween(middle, from).days;
        expect(back + first).toBe(0);
      }),
    );
  });

  it('takes what a city or a later notice adds', () => {
    const extended = workingCalendar({ coveredYears: [2027], offDays: ['2027-01-01'], workDays: ['2027-01-03'] });
    expect(extended.addWorkingDays('2026-12-31', 1)).toEqual({ date: '2027-01-03', provisional: false });
    expect(workingCalendar({ offDays: ['2026-01-04'] }).isWorkingDay('2026-01-04')).toBe(false);
    expect(workingCalendar({ workDays: ['2026-01-01'] }).isWorkingDay('2026-01-01')).toBe(true);
  });

  it('moves a last day that is off to the next working day', () => {
    expect(calendar.nextWorkingDay('2026-10-01')).toEqual({ date: '2026-10-08', provisional: false });
    expect(calendar.nextWorkingDay('2026-10-08')).toEqual({ date: '2026-10-08', provisional: false });
    expect(calendar.nextWorkingDay('2027-01-02')).toEqual({ date: '2027-01-04', provisional: true });
  });

  it('is bounded', () => {
    expect(() => calendar.addWorkingDays('2026-01-01', maxWorkingDays + 1)).toThrow(RangeError);
    expect(() => calendar.addWorkingDays('2026-01-01', -1)).toThrow(RangeError);
    expect(() => calendar.addWorkingDays('2026-02-30', 1)).toThrow('not a date');
    expect(() => calendar.workingDaysBetween('1949-10-01', '2026-10-01')).toThrow(RangeError);
  });
});

describe('local date', () => {
  it('is the date in Asia/Shanghai', () => {
    expect(localDate(Date.parse('2026-03-01T15:59:59.999Z'))).toBe('2026-03-01');
    expect(localDate(Date.parse('2026-03-01T16:00:00Z'))).toBe('2026-03-02');
    fc.assert(fc.property(dates, (date) => expect(localDate(startOfLocalDate(date))).toBe(date)));
  });

  it('knows dates from other text', () => {
    expect(['2026-02-28', '2026-02-29', '2024-02-29', '2026-2-1', '2026-13-01', ''].map(isLocalDate)).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it('adds years', () => {
    expect([addYears('2026-03-01', 1), addYears('2024-02-29', 1)]).toEqual(['2027-03-01', '2025-02-28']);
  });
});
