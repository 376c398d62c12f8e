import { formatClock, formatDate, formatInstant, officeDay } from './format.js';

it('shows instants in the offices’ time, whatever the device says', () => {
  expect(formatInstant('2026-11-22T16:30:05.000Z', 'zh-CN')).toBe('2026/11/23 00:30:05');
  expect(formatDate('2026-11-22T16:30:05.000Z', 'zh-CN')).toBe('2026/11/23');
});

it('leaves a calendar day the day it is', () => {
  expect(formatDate('2026-11-22', 'zh-CN')).toBe('2026/11/22');
});

it('shows the office’s clock to the second', () => {
  expect(formatClock(Date.parse('2026-11-22T16:05:09.000Z'))).toBe('00:05:09');
});

it('names the office’s day, wherever the device is', () => {
  expect(officeDay(0, Date.parse('2026-11-22T15:59:59Z'))).toBe('2026-11-22');
  expect(officeDay(0, Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23');
  expect(officeDay(2, Date.parse('2026-12-30T16:00:00Z'))).toBe('2027-01-02');
});
