import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCalendarOverrides } from './calendar.js';

describe('the calendar file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-calendar-'));
  const file = join(folder, 'calendar.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read where it is named, and is not missed where it is not', () => {
    writeFileSync(file, '{"offDays":["2027-01-01"],"coveredYears":[2027]}');
    expect(readCalendarOverrides.parse(file)).toEqual({ offDays: ['2027-01-01'], workDays: [], coveredYears: [2027] });
    expect(readCalendarOverrides.parse(undefined)).toEqual({});
  });

  it.each([
    ['{"offDays":["2027-02-30"]}', 'offDays.0'],
    ['{', ''],
  ])('says what is wrong with %s', (content, where) => {
    writeFileSync(file, content);
    const read = readCalendarOverrides.safeParse(file);
    expect([read.success, read.error?.issues[0]?.message.startsWith(where)]).toEqual([false, true]);
  });

  it('that is not there is refused', () => {
    expect(readCalendarOverrides.safeParse(join(folder, 'none.json')).success).toBe(false);
  });
});
