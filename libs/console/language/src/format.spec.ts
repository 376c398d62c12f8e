import { formatClock, formatDate, formatInstant } from './format.js';

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
