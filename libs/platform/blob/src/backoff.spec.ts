import { seeded } from '@tongban/testkit';
import fc from 'fast-check';
import { retryDelayMs } from './backoff.js';

const rule = { firstDelayMs: 1_000, maxDelayMs: 300_000 };

describe('the pause before another attempt', () => {
  it('doubles up to the cap', () => {
    const attempts = [0, 1, 2, 8, 9, 1_000_000];
    expect(attempts.map((n) => retryDelayMs(rule, n, 0))).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
  });

  it('stays between half and all of it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, chance) => {
        const full = retryDelayMs(rule, attempts, 0);
        const delay = retryDelayMs(rule, attempts, chance);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }),
      seeded(),
    );
  });
});
