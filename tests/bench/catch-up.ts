import type { Entry } from '@tongban/journal';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counting, measureArrival, type Caught } from './arrival.js';
import { cpuMsOf } from './cpu.js';
import { median } from './measure.js';
import { batchLoop } from './peers/batch-loop.js';
import { fillSql, type HopChain } from './peers/hop-chain.js';
import { logicalReplication } from './peers/logical-replication.js';
import { documentChain } from './peers/document-chain.js';
import { Product } from './product.js';
import type { Bench, BenchTools, Result } from './result.js';

const cases = 10_000;
const quickCases = 1_000;
const entriesPerCase = 5;

async function peerRound(chain: HopChain, count: number, sample: Entry, round: number): Promise<Caught> {
  await chain.pause();
  await chain.first.query(fillSql, [count, sample.facts, sample.sealed ?? null, round]);
  const count_ = 'select count(*) as n from bench_entry';
  const arrival = measureArrival(
    count * entriesPerCase,
    counting(chain.second, `${count_} where place > 0`),
    counting(chain.last, count_),
    () => cpuMsOf(chain.processes()),
  );
  await chain.begin();
  return arrival;
}

const peerNames = {
  replication: '(a) logical replication',
  loop: '(b) hand-written batch loop',
  documents: '(g) PouchDB, one process',
} as const;

interface Rounds {
  readonly ours: Caught[];
  readonly a: Caught[];
  readonly b: Caught[];
  readonly g: Caught[];
}

function resultsOf({ ours, a, b, g }: Rounds, rounds: number): Result[] {
  const of = (all: readonly Caught[], key: keyof Caught): number => median(all.map((caught) => caught[key]));
  const rows = { id: 'B1', what: 'catch up over three hops', unit: 'rows/s', ours: of(ours, 'rowsPerSecond'), rounds };
  return [
    { ...rows, peer: of(a, 'rowsPerSecond'), peerIs: peerNames.replication, goal: '≥ 1.0' },
    { ...rows, peer: of(b, 'rowsPerSecond'), peerIs: peerNames.loop, goal: '≥ 0.6' },
    {
      ...{ id: 'B1', what: 'processor time of the same', unit: 'µs/row', ours: of(ours, 'cpuMicrosPerRow') },
      ...{ peer: of(a, 'cpuMicrosPerRow'), peerIs: peerNames.replication, goal: '≤ 1.5', rounds },
    },
    { ...rows, id: 'B8', peer: of(g, 'rowsPerSecond'), peerIs: peerNames.documents, goal: '≥ 5' },
  ];
}

/** B1, B8: signed entries that a village wrote while nobody heard it, up to the city's projection. */
export const catchUp: Bench = {
  id: 'B1',
  what: 'catching up village → township → district → city',
  async run(tools: BenchTools) {
    const { rounds, quick, say } = tools;
    const folder = mkdtempSync(join(tmpdir(), 'tongban-bench-'));
    chmodSync(folder, 0o711);
    const product = await Product.open(tools);
    const replication = await logicalReplication(join(folder, 'replication'));
    const loop = await batchLoop(join(folder, 'loop'));
    const documents = documentChain(join(folder, 'documents'));
    const caught: Rounds = { ours: [], a: [], b: [], g: [] };
    const count = quick ? quickCases : cases;
    try {
      for (let round = 0; round <= rounds; round++) {
        const [ours, a, b, g] = [
          await product.round(count, entriesPerCase),
          await peerRound(replication, count, product.sample, round),
          await peerRound(loop, count, product.sample, round),
          await documents.round(count, entriesPerCase, product.sample),
        ];
        say(
          `round ${round}: ${[ours, a, b, g].map(({ rowsPerSecond }) => rowsPerSecond.toFixed(0)).join(' / ')} rows/s`,
        );
        if (round === 0) continue; // caches and compilers are warm from here on
        caught.ours.push(ours);
        caught.a.push(a);
        caught.b.push(b);
        caught.g.push(g);
      }
      await product.check(count * (rounds + 1));
      return resultsOf(caught, rounds);
    } finally {
      await documents.stop();
      await loop.stop();
      await replication.stop();
      await product.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
