import { entryColumns, entryOf, parseKeystore, type Entry, type EntryRow } from '@tongban/journal';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { usernameOf } from '../e2e/office.js';
import { unexpected } from '../e2e/http.js';
import { Site } from '../chaos/site/site.js';
import { Applications } from './applications.js';
import { counting, measureArrival, type Caught } from './arrival.js';
import { cpuMsOf } from './cpu.js';
import type { BenchTools } from './result.js';
import { writeCases } from './rows.js';

const onePlace = { districts: 1, townshipsEach: 1, villagesEach: 1 } as const;
/** They work for the three hops; the gateway would be a fourth. */
const working = ['village', 'township', 'district', 'city'] as const;

/** The product: a village with what it has written while its host was down. */
export class Product {
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

  async round(count: number, entriesPerCase: number): Promise<Caught> {
    const { site } = this;
    const { village, township } = site.stations[0]!;
    await site.program('village').hold();
    const keystore = parseKeystore(readFileSync(site.folder.file('secrets', 'keystore-village.json'), 'utf8'));
    const link = { node: village, peer: township, count, entriesPerCase };
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
