/**
 * The product beside its peers: npm run bench -- [--only B3,B4] [--rounds N] [--quick] [--profile DIR] [--json]
 *
 * Product and peer take turns on the same work in one run; what is shown is the median of the rounds. With --json one
 * line per measure: {id, ours, peer, ratio, goal, rounds}. With --profile the product's programs write into DIR where
 * their processor time goes (.cpuprofile; those that are killed between rounds write none).
 */
import { join, resolve } from 'node:path';
import { optionsOf, wrongUsage } from '@tongban/testkit';
import { catchUp } from './catch-up.js';
import { live } from './live.js';
import { reading } from './reading.js';
import { reconciling } from './reconciling.js';
import { reporting } from './reporting.js';
import type { Bench, BenchTools, Result } from './result.js';
import { scale } from './scale.js';
import { submitting } from './submitting.js';

const defaultRounds = 5;
const benches: readonly Bench[] = [catchUp, live, submitting, reading, scale, reconciling, reporting];

const usage = `npm run bench -- [--only ${benches.map(({ id }) => id).join(',')}] [--rounds N] [--quick] [--profile DIR] [--json]`;
const values = optionsOf(usage, {
  only: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  profile: { type: 'string' },
});

function chosen(): readonly Bench[] {
  if (values.only === undefined) return benches;
  const wanted = values.only.split(',');
  const unknown = wanted.filter((id) => !benches.some((bench) => bench.id === id));
  if (unknown.length > 0) wrongUsage(`no measure ${unknown.join(', ')}`, usage);
  return benches.filter(({ id }) => wanted.includes(id));
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function show(result: Result): void {
  const { id, what, unit, ours, peer, peerIs, goal, rounds } = result;
  const ratio = rounded(ours / peer);
  const line = { id, what, unit, ours: rounded(ours), peer: rounded(peer), peerIs, ratio, goal, rounds };
  if (values.json) console.log(JSON.stringify(line));
  else
    console.log(
      `${id.padEnd(4)} ${what.padEnd(44)} ${String(line.ours).padStart(9)} ${unit.padEnd(9)} peer ${String(line.peer).padStart(9)}  ratio ${String(ratio).padStart(6)}  goal ${goal}  (${peerIs})`,
    );
}

const rounds = Number(values.rounds ?? defaultRounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) wrongUsage('--rounds wants a whole number above 0', usage);
const tools: BenchTools = {
  rounds,
  quick: values.quick,
  nodeArguments: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`],
  root: join(import.meta.dirname, '..', '..'),
  say: (text) => process.stderr.write(`${text}\n`),
};
for (const bench of chosen()) {
  tools.say(`${bench.id}: ${bench.what}`);
  for (const result of await bench.run(tools)) show(result);
}
