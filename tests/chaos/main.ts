/**
 * The chaos run's command line: npm run chaos -- --minutes M [--seed S] [--rest SECONDS] [--json]
 *
 * Prints what was done and found; with --json one line that a program can read. Ends with 1 when something was found.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { optionsOf, wrongUsage } from '@tongban/testkit';
import { runChaos, type ChaosResult } from './run.js';

const defaults = { minutes: 2, restSeconds: 330 } as const;
const seedLimit = 2 ** 31 - 2;

const usage = 'npm run chaos -- --minutes M [--seed S] [--rest SECONDS] [--json]';
const values = optionsOf(usage, {
  minutes: { type: 'string' },
  seed: { type: 'string' },
  rest: { type: 'string' },
  json: { type: 'boolean', default: false },
});

function positive(name: 'minutes' | 'seed' | 'rest', otherwise: number): number {
  const number = Number(values[name] ?? otherwise);
  if (!Number.isFinite(number) || number <= 0) wrongUsage(`--${name} wants a number above 0`, usage);
  return number;
}

function tell(result: ChaosResult): void {
  const { minutes, seed, submitted, finished, acknowledged, faults, found, troubles, kept } = result;
  const inflicted = Object.values(faults).reduce((sum, times) => sum + times, 0);
  console.log(`${minutes} minutes, seed ${seed}: ${submitted} cases submitted, ${finished} finished,`);
  console.log(`${acknowledged} commands acknowledged, ${inflicted} faults, ${result.violations} violations`);
  for (const [kind, times] of Object.entries(faults)) console.log(`  ${String(times).padStart(4)}  ${kind}`);
  for (const [kind, reason] of Object.entries(result.skipped)) console.log(`  skipped: ${kind}: ${reason}`);
  for (const { invariant, what } of found) console.log(`${invariant} ${what}`);
  for (const trouble of troubles) console.log(`trouble: ${trouble}`);
  if (kept !== undefined)
    console.log(`kept in ${kept}; again with: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
}

const result = await runChaos({
  minutes: positive('minutes', defaults.minutes),
  seed: Math.trunc(positive('seed', randomInt(1, seedLimit))),
  restTimeoutMs: positive('rest', defaults.restSeconds) * 1_000,
  root: join(import.meta.dirname, '..', '..'),
  say: (text) => process.stderr.write(`${text}\n`),
});
if (values.json) console.log(JSON.stringify(result));
else tell(result);
const status = result.violations > 0 || result.troubles.length > 0 ? 1 : 0;
// Everything is stopped. Left to itself, Node has gone on for ever with closing connections whose far ends had been killed.
process.stdout.write('', () => process.exit(status));
