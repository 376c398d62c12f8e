import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Site } from '../chaos/site/site.js';
import { Applications } from './applications.js';
import { median, quantile } from './measure.js';
import type { HopChain } from './peers/hop-chain.js';
import { logicalReplication } from './peers/logical-replication.js';
import type { Bench, BenchTools, Result } from './result.js';

const onePlace = { districts: 1, townshipsEach: 1, villagesEach: 1 } as const;
const rates = [50, 500] as const;
const writesPerRound = 1_000;
const quickWritesPerRound = 100;
const warmUpWrites = 20;
/** Clients that wait for their answers at one time; a chain that is slower than the rate gets fewer writes a second. */
const mostWaiting = 32;
const pollMs = 5;
const arrivalTimeoutMs = 300_000;
/** About what one entry of a case holds. */
const factsBytes = 300;
const sealedBytes = 1_800;

/** Something written at the first place: its id and the instant of its commit, never a later one. */
interface Written {
  readonly record: string;
  readonly at: number;
}

/** One chain of four databases, the product's or a peer's. */
interface Chain {
  /** Writes one thing that the last database will show. */
  write(): Promise<Written>;
  /** Which of these the last database shows. */
  shown(records: readonly string[]): Promise<readonly string[]>;
}

interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Writes a second that were really made: a chain that is too slow gets fewer. */
  readonly perSecond: number;
}

/** Writes at a steady rate and watches for everything to arrive. */
async function latencyOf(chain: Chain, perSecond: number, count: number): Promise<Latency> {
  const pending = new Map<string, number>();
  const latencies: number[] = [];
  const began = performance.now();
  let written = 0;
  let writtenMs = 0;
  const writing = (async () => {
    const waiting = new Set<Promise<void>>();
    for (let index = 0; index < count; index++) {
      const waitMs = began + (index * 1_000) / perSecond - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      if (waiting.size >= mostWaiting) await Promise.race(waiting);
      const write = chain.write().then(({ record, at }) => {
        pending.set(record, at);
        written++;
        waiting.delete(write);
      });
      waiting.add(write);
    }
    await Promise.all(waiting);
    writtenMs = performance.now() - began;
  })();
  const failure = writing.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const deadline = began + arrivalTimeoutMs;
  while (written < count || pending.size > 0) {
    if (performance.now() > deadline) throw new Error(`${pending.size} of ${count} did not arrive`);
    if (writtenMs === 0) {
      const failed = await Promise.race([failure, sleep(pollMs)]);
      if (failed !== undefined) throw failed.error;
    } else await sleep(pollMs);
    if (pending.size === 0) continue;
    const shown = await chain.shown([...pending.keys()]);
    const now = Date.now();
    for (const record of shown) {
      latencies.push(now - pending.get(record)!);
      pending.delete(record);
    }
  }
  const rate = count / (Math.max(writtenMs, 1) / 1_000);
  return { p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99), perSecond: rate };
}

const shownBy =
  (pool: pg.Pool, table: string) =>
  async (records: readonly string[]): Promise<readonly string[]> => {
    const sql = `select record::text from ${table} where record = any($1)`;
    return (await pool.query<{ record: string }>(sql, [records])).rows.map(({ record }) => record);
  };

function peerChain({ first, last }: HopChain): Chain {
  const insert = `insert into bench_entry (record, seq, id, type, author, recorded_at, facts, sealed, prev_hash, hash, signature)
    values ($1, 1, gen_random_uuid(), 'case.submitted', '371102001001', now(), $2, $3, decode(repeat('ab', 32), 'hex'),
            decode(repeat('cd', 32), 'hex'), decode(repeat('ef', 64), 'hex'))`;
  return {
    async write() {
      const record = randomUUID();
      await first.query(insert, [record, 'f'.repeat(factsBytes), 's'.repeat(sealedBytes)]);
      return { record, at: Date.now() };
    },
    shown: shownBy(last, 'bench_entry'),
  };
}

/** A submission over HTTP is what a village really writes; it counts from when its transaction began. */
class ProductChain implements Chain {
  private ready: Awaited<ReturnType<Applications['take']>> = [];
  readonly shown: Chain['shown'];

  constructor(
    private readonly applications: Applications,
    private readonly village: pg.Pool,
    city: pg.Pool,
  ) {
    this.shown = shownBy(city, 'case_view');
  }

  async prepare(count: number): Promise<void> {
    this.ready = await this.applications.take(count);
  }

  async write(): Promise<Written> {
    const { url, headers, body } = this.ready.shift()!;
    const answer = await fetch(url, { method: 'POST', headers, body: body! });
    const json = (await answer.json()) as Record<string, unknown>;
    if (answer.status !== 201) throw new Error(`a submission was answered ${answer.status}: ${JSON.stringify(json)}`);
    const record = String(json['record']);
    const { rows } = await this.village.query<{ at: Date }>(
      'select applied_at as at from entry where record = $1 and seq = 1',
      [record],
    );
    return { record, at: rows[0]!.at.getTime() };
  }
}

interface Measured {
  readonly ours: Latency[];
  readonly a: Latency[];
}

function resultsOf(rate: number, { ours, a }: Measured, rounds: number): Result[] {
  const of = (all: readonly Latency[], key: keyof Latency): number => median(all.map((latency) => latency[key]));
  const base = { id: 'B2', rounds, peerIs: '(a) logical replication' };
  const line = (what: string, unit: string, key: keyof Latency, goal: string): Result => ({
    ...{ ...base, what: `${what}, ${rate}/s asked for`, unit, goal },
    ...{ ours: of(ours, key), peer: of(a, key) },
  });
  return [
    line('commit → visible three hops on, p50', 'ms', 'p50Ms', '≤ 2'),
    line('commit → visible three hops on, p99', 'ms', 'p99Ms', '≤ 3'),
    line('writes that were really made', '/s', 'perSecond', 'shown'),
  ];
}

/**
 * B2: what a village writes, one after another, until the city shows it. The hand-written loop of B1 is no peer here: under
 * writers side by side it passes over rows that commit after a later number, and never comes back for them.
 */
export const live: Bench = {
  id: 'B2',
  what: 'live: commit at the village → visible in the city',
  async run({ rounds, quick, root, say, nodeArguments }: BenchTools) {
    const folder = mkdtempSync(join(tmpdir(), 'tongban-bench-'));
    chmodSync(folder, 0o711);
    const site = await Site.open({ size: onePlace, root, lines: false, nodeArguments, told: say });
    const pools = (['village', 'city'] as const).map((host) => {
      const pool = new pg.Pool({ connectionString: site.urlOf(host), max: 4 });
      pool.on('error', () => undefined); // the server may be stopped before the pool
      return pool;
    });
    const replication = await logicalReplication(join(folder, 'replication'));
    try {
      await site.program('provincial-gateway').hold();
      await replication.begin();
      const product = new ProductChain(new Applications(site.office, site.stations[0]!), pools[0]!, pools[1]!);
      const a = peerChain(replication);
      await product.prepare(warmUpWrites);
      for (const chain of [product, a]) await latencyOf(chain, rates[0], warmUpWrites);
      const results: Result[] = [];
      const count = quick ? quickWritesPerRound : writesPerRound;
      for (const rate of rates) {
        const measured: Measured = { ours: [], a: [] };
        for (let round = 1; round <= rounds; round++) {
          await product.prepare(count);
          const [ours, byReplication] = [await latencyOf(product, rate, count), await latencyOf(a, rate, count)];
          const shown = [ours, byReplication].map(({ p50Ms, p99Ms }) => `${p50Ms} and ${p99Ms}`);
          say(`${rate}/s, round ${round}: ${shown.join(' / ')} ms; really ${ours.perSecond.toFixed(0)}/s`);
          measured.ours.push(ours);
          measured.a.push(byReplication);
        }
        results.push(...resultsOf(rate, measured, rounds));
      }
      return results;
    } finally {
      await replication.stop();
      await Promise.all(pools.map((pool) => pool.end()));
      await site.stop();
      site.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
