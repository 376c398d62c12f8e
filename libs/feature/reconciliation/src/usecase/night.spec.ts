import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { lastNightOf, nightMinuteOf } from './night.js';

const village = nodeCode('371102001001');
const villages = Array.from({ length: 400 }, (_unused, index) => nodeCode(String(371_102_001_001 + index)));
const dayMs = 86_400_000;

describe('the night of a node', () => {
  it('is between one and five in the morning in China, at a minute of its own', () => {
    const minutes = villages.map(nightMinuteOf);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...minutes)).toBeLessThan(300);
    expect(new Set(minutes).size).toBeGreaterThan(120);
    const hour = new Date(lastNightOf(village, Date.parse('2026-07-30T12:00:00+08:00')) + 8 * 3_600_000).getUTCHours();
    expect(hour).toBeGreaterThanOrEqual(1);
    expect(hour).toBeLessThan(5);
  });

  it('comes once a day and never lies ahead', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...villages),
        fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
        (node, now) => {
          const last = lastNightOf(node, now);
          expect(last).toBeLessThanOrEqual(now);
          expect(now - last).toBeLessThan(dayMs);
          expect(lastNightOf(node, last)).toBe(last);
          expect(lastNightOf(node, last - 1)).toBe(last - dayMs);
        },
      ),
    );
  });
});
