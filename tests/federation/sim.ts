/**
 * The simulator's command line: npm run sim -- --seeds N [--from SEED] [--json] | --seed SEED [--verbose] | --mutants
 *
 * Prints one line per failing seed with the command that repeats it; with --json a summary that a program can read, and
 * those lines, when they are found, to the error output. A run that is interrupted (SIGINT, SIGTERM) tells what it has
 * done so far.
 */
import { mutants, optionsOf, simulate, wrongUsage, type SimulationResult } from '@tongban/testkit';

const defaults = { seeds: 200, mutantSeeds: 150 } as const;

const usage =
  'npm run sim -- --seeds N [--from SEED] [--json] | --seed SEED [--verbose] [--mutant NAME] [--json] | --mutants [--mutant NAME] [--seeds N] [--json]';
const values = optionsOf(usage, {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  mutants: { type: 'boolean', default: false },
  mutant: { type: 'string' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
});

const whole = (name: 'seeds' | 'from' | 'seed', otherwise: number): number => {
  const number = Number(values[name] ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 0) wrongUsage(`--${name} wants a whole number`, usage);
  return number;
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const repeat = (seed: number): string => `npm run sim -- --seed ${seed} --verbose`;

function report(result: SimulationResult): void {
  for (const { invariant, what } of result.violations) tell(`seed ${result.seed}: ${invariant} ${what}`);
  if (result.violations.length > 0) tell(`repeat with: ${repeat(result.seed)}`);
}

async function runSeeds(from: number, count: number): Promise<boolean> {
  const faults: Record<string, number> = {};
  const failed: { seed: number; repeat: string; violations: SimulationResult['violations'] }[] = [];
  const sums = { events: 0, frames: 0, commands: 0, entries: 0 };
  const started = performance.now();
  let [seeds, interrupted] = [0, false];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true));
  for (let seed = from; seed < from + count && !interrupted; seed++) {
    const result = await simulate(seed);
    seeds++;
    for (const [kind, times] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + times;
    for (const sum of ['events', 'frames', 'commands', 'entries'] as const) sums[sum] += result[sum];
    if (result.violations.length === 0) continue;
    failed.push({ seed, repeat: repeat(seed), violations: result.violations });
    report(result);
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const violations = failed.reduce((sum, each) => sum + each.violations.length, 0);
  const summary = { seeds, from, ...sums, seconds, faults, violations, failed };
  say(values.json ? JSON.stringify(summary) : `${seeds} seeds from ${from} in ${seconds} s: ${failed.length} failed`);
  return failed.length === 0 && seeds === count;
}

async function runMutants(from: number, seeds: number): Promise<boolean> {
  const found: { name: string; what: string; seed: number | null; invariants: string[] }[] = [];
  for (const { name, what, mutation, seed: known } of mutants) {
    if (values.mutant !== undefined && values.mutant !== name) continue;
    let caught: SimulationResult | undefined;
    const first = known === undefined ? [] : [known];
    for (const seed of [...first, ...Array.from({ length: seeds }, (_unused, index) => from + index)]) {
      const result = await simulate(seed, { mutation });
      if (result.violations.length === 0) continue;
      caught = result;
      break;
    }
    const invariants = [...new Set(caught?.violations.map(({ invariant }) => invariant))].sort();
    found.push({ name, what, seed: caught?.seed ?? null, invariants });
    tell(`${caught === undefined ? 'NOT caught' : `caught by seed ${caught.seed}`}: ${name} ${invariants.join(' ')}`);
  }
  const caught = found.filter(({ seed }) => seed !== null).length;
  say(
    values.json
      ? JSON.stringify({ mutants: found.length, caught, found })
      : `${caught} of ${found.length} mutants caught`,
  );
  return caught === found.length;
}

async function runOne(seed: number): Promise<boolean> {
  const mutation = mutants.find(({ name }) => name === values.mutant)?.mutation ?? {};
  const result = await simulate(seed, { mutation, ...(values.verbose ? { note: say } : {}) });
  report(result);
  say(JSON.stringify(values.json ? result : { ...result, violations: result.violations.length }));
  return result.violations.length === 0;
}

const passed = values.mutants
  ? await runMutants(whole('from', 1), whole('seeds', defaults.mutantSeeds))
  : values.seed === undefined
    ? await runSeeds(whole('from', 1), whole('seeds', defaults.seeds))
    : await runOne(whole('seed', 0));
process.exitCode = passed ? 0 : 1;
