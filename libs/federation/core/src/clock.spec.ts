import { clockLimits, clockStanding, readClock } from './clock.js';
import fc from 'fast-check';

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const delay = fc.integer({ min: 0, max: 120_000 });
const shift = fc.integer({ min: -200_000, max: 200_000 });

describe('a clock that is compared', () => {
  it('is told as far off as it is, whatever the way took, within the error that is told with it', () => {
    fc.assert(
      fc.property(instant, shift, delay, delay, (asked, aheadMs, there, back) => {
        const reading = readClock(asked, asked + there + aheadMs, asked + there + back)!;
        expect(Math.abs(reading.aheadMs - aheadMs)).toBeLessThanOrEqual(reading.errorMs);
      }),
    );
  });

  it('is called apart or wrong only when it is, and always when it is by more than a quick way can hide', () => {
    fc.assert(
      fc.property(instant, shift, delay, delay, (asked, aheadMs, there, back) => {
        const reading = readClock(asked, asked + there + aheadMs, asked + there + back)!;
        const standing = clockStanding(reading);
        if (standing !== 'together') expect(Math.abs(aheadMs)).toBeGreaterThanOrEqual(clockLimits.apartMs);
        if (standing === 'wrong') expect(Math.abs(aheadMs)).toBeGreaterThanOrEqual(clockLimits.wrongMs);
        if (Math.abs(aheadMs) >= clockLimits.wrongMs + 2 * reading.errorMs) expect(standing).toBe('wrong');
        if (Math.abs(aheadMs) >= clockLimits.apartMs + 2 * reading.errorMs) expect(standing).not.toBe('together');
      }),
    );
  });

  it.each([
    [0, 'together'],
    [-clockLimits.apartMs + 1, 'together'],
    [clockLimits.apartMs, 'apart'],
    [-clockLimits.wrongMs + 1, 'apart'],
    [-clockLimits.wrongMs, 'wrong'],
  ] as const)('by %d ms is %s', (aheadMs, standing) => {
    expect(clockStanding({ aheadMs, errorMs: 0 })).toBe(standing);
  });

  it('is not told of when our own clock was set back meanwhile, or the answer is no time', () => {
    expect(readClock(1_000, 900, 999)).toBeUndefined();
    expect(readClock(1_000, Number.NaN, 1_001)).toBeUndefined();
  });
});
