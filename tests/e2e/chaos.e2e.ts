import { jest } from '@jest/globals';
import { join } from 'node:path';
import { runChaos, type ChaosResult } from '../chaos/run.js';

const minutes = 2;
const restTimeoutMs = 300_000;
/** Building the city, hurting it, healing, waiting for rest and comparing, where everything takes several times as long. */
const timeoutMs = 1_200_000;
/** The same faults in the same order each time; `npm run chaos` draws others. */
const seed = 20_261_122;
/** On a machine where a process takes half a minute to start, few are done in two minutes. */
const fewestFaults = 8;
/** Every desk finishes at least what it was at, unless that was lost with a database. */
const fewestCases = 3;

jest.setTimeout(timeoutMs);

/** `npm run chaos -- --minutes 60` does the same for longer. */
describe('a small real city that is hurt by chance', () => {
  let result: ChaosResult;

  beforeAll(async () => {
    result = await runChaos({
      ...{ minutes, seed, restTimeoutMs },
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
    const { kept, troubles } = result;
    expect({ kept, troubles }).toEqual({ kept: undefined, troubles: [] });
  });

  it('has broken no promise', () => {
    const { kept, found } = result;
    expect({ kept, found }).toEqual({ kept: undefined, found: [] });
  });
});
