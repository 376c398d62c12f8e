import { jest } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { runChaos, type ChaosResult } from '../chaos/run.js';

const minutes = 2;
const restTimeoutMs = 100_000;
const timeoutMs = 480_000;
const seedLimit = 2 ** 31 - 2;
const fewestFaults = 20;
const fewestCases = 10;

jest.setTimeout(timeoutMs);

/** `npm run chaos -- --minutes 60` does the same for longer. */
describe('a small real city that is hurt by chance', () => {
  let result: ChaosResult;

  beforeAll(async () => {
    result = await runChaos({
      ...{ minutes, seed: randomInt(1, seedLimit), restTimeoutMs },
      root: join(import.meta.dirname, '..', '..'),
      say: () => undefined,
    });
  }, timeoutMs);

  it('went on working', () => {
    const inflicted = Object.values(result.faults).reduce((sum, times) => sum + times, 0);
    expect(inflicted).toBeGreaterThanOrEqual(fewestFaults);
    expect(result.finished).toBeGreaterThanOrEqual(fewestCases);
  });

  it('gave nobody an answer that no client should get', () => {
    const { seed, kept, troubles } = result;
    expect({ seed, kept, troubles }).toEqual({ seed, kept, troubles: [] });
  });

  it('has broken no promise', () => {
    const { seed, kept, found } = result;
    expect({ seed, kept, found }).toEqual({ seed, kept, found: [] });
  });
});
