import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { median } from './measure.js';
import type { Bench, BenchTools, Result } from './result.js';

/** 10,000 over five rounds. */
const casesPerRound = 2_000;
const quickCasesPerRound = 200;
const side = z.object({ casesPerSecond: z.number(), cpuMicrosPerCase: z.number() });
const roundSchema = z.object({ ours: side, peer: side, batches: z.int().min(1) });
type Round = z.output<typeof roundSchema>;

/** The gateway's program, with what it told of each round. */
async function runRounds({ root, rounds, quick, say, nodeArguments }: BenchTools): Promise<Round[]> {
  const apps = join(root, 'dist', 'apps');
  const child = spawn(
    process.execPath,
    [
      ...nodeArguments,
      join(apps, 'bench-reporting.js'),
      ...['--cases', String(quick ? quickCasesPerRound : casesPerRound), '--rounds', String(rounds)],
      ...['--province', join(apps, 'province-sandbox', 'main.js')],
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const told: Round[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const round = roundSchema.parse(JSON.parse(line));
    const { ours, peer, batches } = round;
    const speeds = `${ours.casesPerSecond.toFixed(0)} / ${peer.casesPerSecond.toFixed(0)} cases/s`;
    say(`round ${told.length}: ${speeds} in ${batches} batches`);
    told.push(round);
  }
  const status = await ended;
  if (status !== 0 || told.length !== rounds + 1) throw new Error(`the gateway's program ended with ${status}`);
  return told.slice(1); // caches, compilers and pools are warm from here on
}

/** B7: closed cases of a gateway until the province's receipts are checked and kept, beside their bodies alone. */
export const reporting: Bench = {
  id: 'B7',
  what: 'reporting to the province beside the same bodies without mapping and signature',
  async run(tools: BenchTools) {
    const all = await runRounds(tools);
    const of = (value: (round: Round) => number): number => median(all.map(value));
    const line = { id: 'B7', rounds: tools.rounds, peerIs: '(f) the same bodies over HTTP' };
    const results: Result[] = [
      {
        ...{ ...line, what: 'reported, signed with SM2, and receipted', unit: 'cases/s', goal: '≥ 0.3' },
        ...{ ours: of(({ ours }) => ours.casesPerSecond), peer: of(({ peer }) => peer.casesPerSecond) },
      },
      {
        ...{ ...line, what: 'processor time of the same, without databases', unit: 'µs/case', goal: 'shown' },
        ...{ ours: of(({ ours }) => ours.cpuMicrosPerCase), peer: of(({ peer }) => peer.cpuMicrosPerCase) },
      },
    ];
    return results;
  },
};
