import { entryColumns, entryOf, parseKeystore, type Entry, type EntryRow } from '@tongban/journal';
import { mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { usernameOf } from '../e2e/office.js';
import { unexpected } from '../e2e/http.js';
import { Site } from '../chaos/site/site.js';
import { Applications } from './applications.js';
import { cpuMsOf } from './cpu.js';
import { median } from './measure.js';
import { batchLoop } from './peers/batch-loop.js';
import { fillSql, type HopChain } from './peers/hop-chain.js';
import { logicalReplication } from './peers/logical-replication.js';
import type { Bench, BenchTools, Result } from './result.js';
import { entriesPerCase, writeCases } from './rows.js';

const cases = 10_000;
const quickCases = 1_000;
const pollMs = 10;
const arrivalTimeoutMs = 600_000;
const onePlace = { districts: 1, townshipsEach: 1, villagesEach: 1 } as const;
/** They work for the three hops; the gateway would be a fourth. */
const working = ['village', 'township', 'district', 'city'] as const;

interface Caught {
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
}

type Count = () => Promise<number>;

/** From the first row at the first receiver to the last row at the last one. */
async function measureArrival(rows: number, first: Count, last: Count, cpuMs: () => number): Promise<Caught> {
  const deadline = performance.now() + arrivalTimeoutMs;
  const [firstBefore, lastBefore] = [await first(), await last()];
  const reached = async (count: Count, wanted: number): Promise<void> => {
    while ((await count()) < wanted) {
      if (performance.now() > deadline) throw new Error(`${wanted} rows did not arrive in ${arrivalTimeoutMs} ms`);
      await sleep(pollMs);
    }
  };
  await reached(first, firstBefore + 1);
  const [began, cpuBefore] = [performance.now(), cpuMs()];
  await reached(last, lastBefore + rows);
  const seconds = (performance.now() - began) / 1_000;
  return { rowsPerSecond: rows / seconds, cpuMicrosPerRow: ((cpuMs() - cpuBefore) * 1_000) / rows };
}

const counting =
  (pool: pg.Pool, sql: string): Count =>
  async () =>
    Number((await pool.query<{ n: string }>(sql)).rows[0]?.n ?? 0);

/** The product: a village with what it has written while its host was down. */
class Product {
  private constructor(
    readonly site: Site,
    private readonly pools: ReadonlyMap<string, pg.Pool>,
    private readonly template: Entry,
    private readonly say: (text: string) => void,
  ) {}

  static async open({ root, say, nodeArguments }: BenchTools): Promise<Product> {
    const site = await Site.open({ size: onePlace, root, lines: false, nodeArguments, told: say });
    await site.program('provincial-gateway').hold();
    const pools = new Map<string, pg.Pool>();
    for (const host of ['village', 'township', 'city'] as const) {
      const pool = new pg.Pool({ connectionString: site.urlOf(host), max: 2 });
      pool.on('error', () => undefined); // the server may be stopped before the pool
      pools.set(host, pool);
    }
    const applications = new Applications(site.office, site.stations[0]!);
    const [shot] = await applications.take(1);
    const answer = await fetch(shot!.url, { method: 'POST', headers: shot!.headers, body: shot!.body! });
    if (answer.status !== 201) throw new Error(`a submission was answered ${answer.status}: ${await answer.text()}`);
    const { rows } = await pools
      .get('village')!
      .query<EntryRow>(`select ${entryColumns('e')} from entry e where type = 'case.submitted' limit 1`);
    return new Product(site, pools, entryOf(rows[0]!), say);
  }

  get sample(): Entry {
    return this.template;
  }

  async round(count: number): Promise<Caught> {
    const { site } = this;
    const { village, township } = site.stations[0]!;
    await site.program('village').hold();
    const keystore = parseKeystore(readFileSync(site.folder.file('secrets', 'keystore-village.json'), 'utf8'));
    const link = { node: village, peer: township, count };
    await writeCases(this.pools.get('village')!, this.template, keystore, link);
    const first = counting(this.pools.get('township')!, `select applied as n from link_in where peer = '${village}'`);
    const last = counting(this.pools.get('city')!, 'select sum(applied) as n from link_in where node <> peer');
    const before = this.cpuMsByPart();
    const arrival = measureArrival(count * entriesPerCase, first, last, () => cpuMsOf(this.processes()));
    site.program('village').release();
    const caught = await arrival;
    this.sayParts(before, count * entriesPerCase);
    return caught;
  }

  /** Every entry must be there, applied by its rules: a measure of quarantined messages would be none. */
  async check(wanted: number): Promise<void> {
    const held = await counting(
      this.pools.get('city')!,
      `select count(*) as n from case_view where number like 'B1-%'`,
    )();
    const aside = await counting(this.pools.get('city')!, 'select count(*) as n from quarantine')();
    if (held !== wanted || aside !== 0)
      throw new Error(`the city shows ${held} of ${wanted} cases, ${aside} put aside`);
    const { village } = this.site.stations[0]!;
    const answer = await this.site.office.get(usernameOf('agent', village), village, '/cases?limit=1');
    if (answer.status !== 200) throw unexpected('the work list', answer);
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
    await this.site.stop();
    this.site.remove();
  }

  private processes(): number[] {
    return [...this.parts().values()].flat();
  }

  private parts(): Map<string, number[]> {
    const { site } = this;
    const parts = new Map<string, number[]>([['hub', [site.hubPid]]]);
    for (const host of working) {
      parts.set(host, [site.program(host).pid ?? []].flat());
      parts.set(`${host} database`, site.database(host).processes());
    }
    return parts;
  }

  private cpuMsByPart(): Map<string, number> {
    return new Map([...this.parts()].map(([name, pids]) => [name, cpuMsOf(pids)]));
  }

  /** Where the processor time of a round went; the village's includes its start. */
  private sayParts(before: ReadonlyMap<string, number>, rows: number): void {
    const shares = [...this.cpuMsByPart()].map(([name, ms]) => {
      const micros = ((ms - (before.get(name) ?? 0)) * 1_000) / rows;
      return `${name} ${micros.toFixed(0)}`;
    });
    this.say(`µs of processor per row: ${shares.join(', ')}`);
  }
}

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

const peerNames = { replication: '(a) logical replication', loop: '(b) hand-written batch loop' } as const;

function resultsOf(ours: readonly Caught[], a: readonly Caught[], b: readonly Caught[], rounds: number): Result[] {
  const of = (all: readonly Caught[], key: keyof Caught): number => median(all.map((caught) => caught[key]));
  const rows = { id: 'B1', what: 'catch up over three hops', unit: 'rows/s', ours: of(ours, 'rowsPerSecond'), rounds };
  return [
    { ...rows, peer: of(a, 'rowsPerSecond'), peerIs: peerNames.replication, goal: '≥ 1.0' },
    { ...rows, peer: of(b, 'rowsPerSecond'), peerIs: peerNames.loop, goal: '≥ 0.6' },
    {
      ...{ id: 'B1', what: 'processor time of the same', unit: 'µs/row', ours: of(ours, 'cpuMicrosPerRow') },
      ...{ peer: of(a, 'cpuMicrosPerRow'), peerIs: peerNames.replication, goal: '≤ 1.5', rounds },
    },
  ];
}

/** B1: signed entries that a village wrote while nobody heard it, up to the city's projection. */
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
    const caught: { ours: Caught[]; a: Caught[]; b: Caught[] } = { ours: [], a: [], b: [] };
    const count = quick ? quickCases : cases;
    try {
      for (let round = 0; round <= rounds; round++) {
        const [ours, a, b] = [
          await product.round(count),
          await peerRound(replication, count, product.sample, round),
          await peerRound(loop, count, product.sample, round),
        ];
        say(`round ${round}: ${[ours, a, b].map(({ rowsPerSecond }) => rowsPerSecond.toFixed(0)).join(' / ')} rows/s`);
        if (round === 0) continue; // caches and compilers are warm from here on
        caught.ours.push(ours);
        caught.a.push(a);
        caught.b.push(b);
      }
      await product.check(count * (rounds + 1));
      return resultsOf(caught.ours, caught.a, caught.b, rounds);
    } finally {
      await loop.stop();
      await replication.stop();
      await product.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
