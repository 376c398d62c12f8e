import { formatDate, formatInstant, formatSpan } from './format.js';

it('shows instants in the offices’ time, whatever the device says', () => {
  expect(formatInstant('2026-11-22T16:30:05.000Z', 'zh-CN')).toBe('2026/11/23 00:30:05');
  expect(formatDate('2026-11-22T16:30:05.000Z', 'zh-CN')).toBe('2026/11/23');
});

it('leaves a calendar day the day it is', () => {
  expect(formatDate('2026-11-22', 'zh-CN')).toBe('2026/11/22');
});

it('shows a span in its largest unit', () => {
  expect(formatSpan(0, 'zh-CN')).toBe('0秒钟');
  expect(formatSpan(59, 'en')).toBe('59 seconds');
  expect(formatSpan(3_600, 'en')).toBe('1 hour');
  expect(formatSpan(200_000, 'zh-CN')).toBe('2天');
});
