import type { Parameters } from 'fast-check';
import { randomInt } from 'node:crypto';

const seedLimit = 2 ** 31 - 1;
const defaultRuns = 100;

/** `TONGBAN_SEED` repeats a run; `TONGBAN_RUNS` asks for more of them (a nightly run does). */
function numberFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${name} must be a whole number, not ${text}`);
  return value;
}

/** What `fc.assert` gets: a seed that is known (fast-check prints it with a failure) and a bounded number of runs. */
export function seeded<T = unknown>(wish: { readonly runs?: number } = {}): Parameters<T> {
  return {
    seed: numberFrom('TONGBAN_SEED') ?? randomInt(seedLimit),
    numRuns: numberFrom('TONGBAN_RUNS') ?? wish.runs ?? defaultRuns,
  };
}
