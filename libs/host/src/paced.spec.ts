import { jest } from '@jest/globals';
import { paced } from './paced.js';

const pauseMs = 250;
let told = 0;
let hint: () => void;
beforeEach(() => {
  jest.useFakeTimers();
  told = 0;
  hint = paced(() => void told++, pauseMs);
});
afterEach(() => jest.useRealTimers());

it('tells of the first hint at once, and of all that come soon after it once', () => {
  hint();
  expect(told).toBe(1);
  for (let more = 0; more < 10; more++) hint();
  expect(told).toBe(1);
  jest.advanceTimersByTime(pauseMs);
  expect(told).toBe(2);
});

it('waits as long again after the late telling, and tells nothing that was not hinted', () => {
  hint();
  hint();
  jest.advanceTimersByTime(pauseMs);
  hint();
  expect(told).toBe(2);
  jest.advanceTimersByTime(pauseMs);
  expect(told).toBe(3);
  jest.advanceTimersByTime(10 * pauseMs);
  expect(told).toBe(3);
  hint();
  expect(told).toBe(4);
});

it('keeps a hint that comes while it is being told', () => {
  hint = paced(() => {
    told++;
    if (told === 1) hint();
  }, pauseMs);
  hint();
  expect(told).toBe(1);
  jest.advanceTimersByTime(pauseMs);
  expect(told).toBe(2);
});
