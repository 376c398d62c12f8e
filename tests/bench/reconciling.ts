import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { usernameOf } from '../e2e/office.js';
import { unexpected } from '../e2e/http.js';
import { median } from './measure.js';
import { Product } from './product.js';
import type { Bench, BenchTools, Result } from './result.js';

const cases = 1_000_000;
const quickCases = 10_000;
/** So many at a time, since all of a round are signed and kept before the first goes on. */
const casesPerWave = 50_000;
/** Cases that the township loses before each round. */
const lost = 20;
/** Record (16 bytes), sequence number (4), hash of the head (32). */
const keyBytes = 52;
const pollMs = 500;
const reconciliationTimeoutMs = 3_600_000;
/** Answers in a row that say nothing of the reconciliation (a host too busy, a login renewed) before the round fails. */
const refusalsMax = 20;

const askedSchema = z.object({ reconciliation: z.string() });
const viewSchema = z.object({
  state: z.enum(['running', 'agreed', 'differing', 'interrupted']),
  result: z
    .object({ checkedRecords: z.number(), differing: z.number(), mendedHere: z.number(), digestBytes: z.number() })
    .nullable(),
});

interface Reconciled {
  readonly digestBytes: number;
  readonly seconds: number;
  readonly records: number;
}

/** The township forgets some cases, and compares what it holds with the district. */
async function reconcile({ site }: Product): Promise<Reconciled> {
  const { township } = site.stations[0]!;
  const forgotten = await site.database('township').query<{ record: string }>(
    'tongban_township',
    `with chosen as (select record from record where node = $1 order by random() limit ${lost}),
          entries as (delete from entry e using chosen c where e.node = $1 and e.record = c.record),
          views as (delete from case_view v using chosen c where v.node = $1 and v.record = c.record)
     delete from record r using chosen c where r.node = $1 and r.record = c.record returning r.record`,
    [township],
  );
  const by = usernameOf('administrator', township);
  const began = performance.now();
  const answer = await site.office.command(by, township, '/reconciliations', {}, { 'idempotency-key': randomUUID() });
  if (answer.status !== 202) throw unexpected('the reconciliation', answer);
  const { reconciliation } = askedSchema.parse(answer.json);
  for (let refused = 0; ;) {
    await sleep(pollMs);
    const shown = await site.office.get(by, township, `/reconciliations/${reconciliation}`);
    if (shown.status !== 200) {
      if (++refused >= refusalsMax) throw unexpected('the look at the reconciliation', shown);
      continue;
    }
    refused = 0;
    const { state, result } = viewSchema.parse(shown.json);
    if (state === 'running' && performance.now() - began < reconciliationTimeoutMs) continue;
    if (state !== 'agreed' || result?.mendedHere !== forgotten.length)
      throw new Error(`the reconciliation ended ${state}: ${JSON.stringify(result)}`);
    return {
      digestBytes: result.digestBytes,
      seconds: (performance.now() - began) / 1_000,
      records: result.checkedRecords,
    };
  }
}

/** B6: a township and its district find and mend what differs among a million cases. */
export const reconciling: Bench = {
  id: 'B6',
  what: 'reconciliation of a large node with the one above it',
  async run(tools: BenchTools) {
    const { rounds, quick, say } = tools;
    const product = await Product.open(tools);
    try {
      const wanted = quick ? quickCases : cases;
      for (let written = 0; written < wanted; written += casesPerWave) {
        const { rowsPerSecond } = await product.round(Math.min(casesPerWave, wanted - written), 1);
        say(`${Math.min(written + casesPerWave, wanted)} of ${wanted} cases, ${rowsPerSecond.toFixed(0)} a second`);
      }
      await product.check(wanted);
      const all: Reconciled[] = [];
      for (let round = 1; round <= rounds; round++) {
        const done = await reconcile(product);
        say(`round ${round}: ${done.digestBytes} bytes, ${done.seconds.toFixed(1)} s for ${done.records} records`);
        all.push(done);
      }
      const records = median(all.map((done) => done.records));
      const line: Result = {
        ...{ id: 'B6', what: `digests for ${lost} of ${records} cases`, unit: 'bytes', rounds, goal: '≤ 0.005' },
        ...{ ours: median(all.map((done) => done.digestBytes)), peer: records * keyBytes, peerIs: '(e) all keys' },
      };
      return [line];
    } finally {
      await product.close();
    }
  },
};
