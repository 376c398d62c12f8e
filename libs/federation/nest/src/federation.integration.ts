import { Keystore, Sealer } from '@tongban/journal';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import {
  begin,
  chain,
  closeSites,
  command,
  converged,
  directory,
  district,
  eventually,
  headsOf,
  Network,
  open,
  secrets,
  site,
  testTimeoutMs,
  township,
  village,
  city,
  type Site,
} from './sites.fixture.js';
import { renewIncarnation } from './store/recovery-store.js';

describe('federation of five tiers', () => {
  let network: Network;
  let sites: Site[];
  let top: Site, cityHall: Site, countySeat: Site, town: Site, home: Site;

  beforeAll(async () => {
    network = new Network();
    sites = [];
    for (const node of chain) sites.push(await site(network, node, await freshDatabase()));
    [top, cityHall, countySeat, town, home] = sites as [Site, Site, Site, Site, Site];
  }, testTimeoutMs);

  afterAll(closeSites);

  it(
    'moves a record up with its ownership, and answers come back to every holder',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      expect((await headsOf(sites, record))[0]).toContain(township);
      expect(await command(town, record, { type: 'add', text: 'second', secret: '张三' })).toMatchObject({ ok: true });
      await converged(sites, record, 4);
      expect(await command(town, record, { type: 'offer', to: district })).toMatchObject({ ok: true });
      await converged(sites, record, 6);
      expect((await headsOf(sites, record))[4]).toContain(district);
    },
    testTimeoutMs,
  );

  it(
    'seals for the nodes that handle the record only',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      await command(town, record, { type: 'add', text: 'second', secret: '张三丰' });
      await converged(sites, record, 4);
      const sealedAt = async (at: Site): Promise<string> =>
        (await at.pool.query('select sealed::text as sealed from entry where record = $1 and seq = 4', [record]))
          .rows[0].sealed;
      const open = async (at: Site) => {
        const keystore = new Keystore(secrets.filter((secret) => secret.node === at.node));
        return new Sealer(directory, keystore).open(await sealedAt(at), at.node);
      };
      expect(await open(home)).toEqual({ ok: true, value: { secret: '张三丰' } });
      expect(await open(cityHall)).toMatchObject({ refusal: { code: 'dossier.not-recipient' } });
      expect(await sealedAt(cityHall)).not.toContain('张');
    },
    testTimeoutMs,
  );

  it(
    'sends a request to the owner and learns the answer',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      const key = randomUUID();
      expect(await command(home, record, { type: 'add', text: 'asked' }, key)).toMatchObject({
        value: { state: 'requested', request: key },
      });
      await converged(sites, record, 4);
      const refusedKey = randomUUID();
      await command(home, record, { type: 'add', text: 'refuse me' }, refusedKey);
      const stateOf = async (id: string): Promise<string> =>
        (await home.pool.query(`select state || ' ' || coalesce(code, '-') as s from request where id = $1`, [id]))
          .rows[0]?.s;
      await eventually('both answered', async () => (await stateOf(refusedKey)) === 'refused case.state');
      expect(await stateOf(key)).toBe('done -');
    },
    testTimeoutMs,
  );

  it(
    'answers a repeated command from its first outcome and refuses another body under the same key',
    async () => {
      const record = await begin(home);
      const key = randomUUID();
      const both = await Promise.all([1, 2].map(() => command(home, record, { type: 'add', text: 'once' }, key)));
      expect(both[0]).toEqual(both[1]);
      expect(await command(home, record, { type: 'add', text: 'other' }, key)).toMatchObject({
        refusal: { code: 'request.key-reused' },
      });
      // A repeat that waits for the first one finds what the first one has changed, and is no refusal for it.
      const again = randomUUID();
      const line = { type: 'add', text: 'twice at once' } as const;
      const repeats = await Promise.all([1, 2, 3].map(() => command(home, record, line, again, false, 2)));
      expect(repeats).toEqual([repeats[0], repeats[0], repeats[0]]);
      expect(repeats[0]).toMatchObject({ value: { state: 'done', seq: 3 } });
      await converged(sites, record, 3);
    },
    testTimeoutMs,
  );

  it(
    'works while cut off, doubled and lossy, and ends equal with nothing lost or doubled',
    async () => {
      network.cut.add(city);
      network.doubling = true;
      network.losing = 7;
      const records: string[] = [];
      await Promise.all(
        Array.from({ length: 12 }, async (_unused, index) => {
          const record = await begin(home, township, `case ${index}`);
          records.push(record);
          await eventually('the township owns it', async () => (await headsOf([town], record))[0]!.includes(township));
          await Promise.all([1, 2, 3].map((line) => command(town, record, { type: 'add', text: `line ${line}` })));
        }),
      );
      expect(await headsOf([cityHall, top], records[0]!)).toEqual(['none', 'none']);
      network.heal();
      for (const record of records) await converged(sites, record, 6);
      network.doubling = false;
      network.losing = 0;
      for (const at of [top, cityHall, countySeat, home]) {
        const { rows } = await at.pool.query(
          `select count(*)::int as entries, count(distinct id)::int as ids from entry where record = any($1)`,
          [records],
        );
        expect(rows[0]).toEqual({ entries: 72, ids: 72 });
        expect((await at.pool.query('select count(*)::int as held from quarantine')).rows[0]).toEqual({ held: 0 });
      }
    },
    testTimeoutMs,
  );

  it(
    'never applies and never loses what is tampered with',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      network.tamper = (frame) => {
        if (frame.body.case === 'envelope') frame.body.value.body[frame.body.value.body.length - 1]! ^= 1;
      };
      await command(home, record, { type: 'add', text: 'genuine' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await headsOf([town], record))[0]).toMatch(/^1 /);
      network.tamper = undefined;
      network.heal();
      await converged(sites, record, 2);
    },
    testTimeoutMs,
  );

  it(
    'takes up again after a restart what was not acknowledged',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      network.cut.add(village);
      await command(home, record, { type: 'add', text: 'before the crash' });
      await home.host.stop();
      network.cut.clear();
      const host = await open(network, village, home.pool);
      Object.assign(home, { host });
      await converged(sites, record, 2);
    },
    testTimeoutMs,
  );

  const kept = ['entry', 'record', 'note', 'incarnation', 'link_out', 'link_in', 'outgoing', 'request', 'command'];
  const backUp = async ({ pool }: Site): Promise<void> => {
    await pool.query('drop schema if exists backup cascade');
    await pool.query('create schema backup');
    for (const table of kept) await pool.query(`create table backup.${table} as table public.${table}`);
  };
  const restore = async (at: Site): Promise<void> => {
    await at.host.stop();
    for (const table of kept) {
      await at.pool.query(`truncate ${table}`);
      await at.pool.query(`insert into ${table} select * from backup.${table}`);
    }
    await renewIncarnation({ query: async (text, params) => (await at.pool.query(text, params as unknown[])).rows });
    Object.assign(at, { host: await open(network, at.node, at.pool) });
  };

  it.each<[string, () => Site, () => Site]>([
    ['the first author', () => home, () => town],
    ['a node between others', () => town, () => home],
  ])(
    'gives %s back what its database forgot, and forks nothing',
    async (_name, lost, other) => {
      const [mine, later] = [await begin(home), await begin(home, township)];
      await converged(sites, mine, 1);
      await converged(sites, later, 3);
      await backUp(lost());
      const [key, asked, younger] = [randomUUID(), randomUUID(), await begin(home, township)];
      await command(home, mine, { type: 'offer', to: township });
      await converged(sites, mine, 3);
      expect(await command(town, mine, { type: 'add', text: 'lost and found' }, key)).toMatchObject({ ok: true });
      await command(home, mine, { type: 'add', text: 'asked' }, asked);
      await converged(sites, mine, 5);
      await converged(sites, younger, 3);
      await restore(lost());
      await eventually('it writes again', async () => {
        const outcome = await command(lost(), later, { type: 'add', text: 'after the restore' });
        if (!outcome.ok) expect(outcome.refusal.code).toBe('service.unavailable');
        return outcome.ok;
      });
      // The same key as before the restore is the same command.
      expect(await command(town, mine, { type: 'add', text: 'lost and found' }, key)).toMatchObject({
        value: { state: 'done', seq: 4 },
      });
      expect(await command(other(), mine, { type: 'add', text: 'goes on' })).toMatchObject({ ok: true });
      await converged(sites, mine, 6);
      await converged(sites, later, 4);
      await converged(sites, younger, 3);
      const answers = await home.pool.query(`select state from request where id = $1`, [asked]);
      for (const { state } of answers.rows) expect(state).toBe('done');
      for (const { pool } of sites)
        expect((await pool.query('select count(*)::int as held from quarantine')).rows[0]).toEqual({ held: 0 });
    },
    testTimeoutMs,
  );
});
