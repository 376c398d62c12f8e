import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FrameSchema, type Frame } from '@tongban/contract';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer, sm3 } from '@tongban/journal';
import type { Courier, FrameHandler } from '@tongban/federation/transport';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { bindingsOf } from './binding.js';
import { Host } from './host.js';
import { federationMigrations } from './store/migrations.js';
import { renewIncarnation } from './store/recovery-store.js';
import { noteBinding, noteTable, type Note, type NoteCommand } from './testing.fixture.js';

const province = nodeCode('370000000000');
const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const chain = [province, city, district, township, village];

/** Frames between hosts in one process: may be cut, double and lose. */
class Network {
  readonly handlers = new Map<NodeCode, FrameHandler>();
  readonly changed: (() => void)[] = [];
  readonly cut = new Set<NodeCode>();
  doubling = false;
  losing = 0;
  frames = 0;
  tamper: ((frame: Frame) => void) | undefined;

  courierOf(node: NodeCode): Courier {
    return {
      name: 'memory',
      reaches: (peer) => !this.cut.has(node) && !this.cut.has(peer),
      send: async (frame, peer) => {
        this.frames++;
        if (this.losing > 0 && this.frames % this.losing === 0) return;
        const bytes = toBinary(FrameSchema, frame);
        for (let copy = 0; copy < (this.doubling ? 2 : 1); copy++) {
          const received = fromBinary(FrameSchema, bytes);
          this.tamper?.(received);
          setImmediate(
            () =>
              void this.handlers
                .get(peer)?.(received)
                .catch(() => undefined),
          );
        }
      },
      start: async (handler, changed) => {
        this.handlers.set(node, handler);
        this.changed.push(changed);
      },
      stop: async () => undefined,
    };
  }

  heal(): void {
    this.cut.clear();
    for (const changed of this.changed) changed();
  }
}

interface Site {
  readonly node: NodeCode;
  readonly host: Host;
  readonly pool: pg.Pool;
}

const secrets = chain.map((node) => makeSecret(node, 1));
const directory = new KeyDirectory(secrets.map(publicPart));
const pools: pg.Pool[] = [];
const hosts: Host[] = [];

async function site(network: Network, node: NodeCode): Promise<Site> {
  const pool = new pg.Pool({ connectionString: await freshDatabase(), max: 6 });
  pools.push(pool);
  for (const { sql } of [...journalMigrations, ...federationMigrations]) await pool.query(sql);
  await pool.query(noteTable);
  return { node, pool, host: await open(network, node, pool) };
}

async function open(network: Network, node: NodeCode, pool: pg.Pool): Promise<Host> {
  const keystore = new Keystore(secrets.filter((secret) => secret.node === node));
  const host = await Host.open({
    nodes: [node],
    bindings: bindingsOf([noteBinding]),
    keystore,
    directory,
    sealer: new Sealer(directory, keystore),
    clock: { now: () => Date.now() },
    hub: network.courierOf(node),
    log: () => undefined,
    traced: (_traceparent, _name, _attributes, work) => work(),
    transactor: {
      async run(body) {
        const client = await pool.connect();
        try {
          await client.query('begin');
          const result = await body({
            query: async (text, params) => (await client.query(text, params as unknown[])).rows,
          });
          await client.query('commit');
          return result;
        } catch (error) {
          await client.query('rollback');
          throw error;
        } finally {
          client.release();
        }
      },
    },
  });
  hosts.push(host);
  await host.start();
  return host;
}

const actorOf = (node: NodeCode) => ({ subject: 'tester', role: 'clerk', division: node }) as const;

async function command(at: Site, record: string, note: NoteCommand, key: string = randomUUID(), begins = false) {
  return at.host.commands.execute<Note, NoteCommand>({
    node: at.node,
    key,
    digest: sm3(Buffer.from(JSON.stringify(note))),
    recordClass: 'case',
    record,
    begins,
    command: async () => ({ ok: true, value: note }),
    actor: actorOf(at.node),
    occurredAt: Date.now(),
  });
}

async function headsOf(sites: readonly Site[], record: string): Promise<string[]> {
  const heads = [];
  for (const { pool, node } of sites) {
    const { rows } = await pool.query(
      `select seq || ' ' || encode(hash, 'hex') || ' ' || owner as head from record where node = $1 and record = $2`,
      [node, record],
    );
    heads.push(rows[0]?.head ?? 'none');
  }
  return heads;
}

const waitLimitMs = 40_000;
const testTimeoutMs = 60_000;

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + waitLimitMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not reached within ${waitLimitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const converged = (sites: readonly Site[], record: string, seq: number): Promise<void> =>
  eventually(`all hold ${seq} entries`, async () => {
    const heads = await headsOf(sites, record);
    return new Set(heads).size === 1 && heads[0]!.startsWith(`${seq} `);
  });

describe('federation of five tiers', () => {
  let network: Network;
  let sites: Site[];
  let top: Site, cityHall: Site, countySeat: Site, town: Site, home: Site;

  beforeAll(async () => {
    network = new Network();
    sites = [];
    for (const node of chain) sites.push(await site(network, node));
    [top, cityHall, countySeat, town, home] = sites as [Site, Site, Site, Site, Site];
  }, testTimeoutMs);

  afterAll(async () => {
    for (const host of hosts) await host.stop();
    for (const pool of pools) await pool.end();
  });

  const begin = async (offerTo: NodeCode | undefined, text = 'first'): Promise<string> => {
    const record = randomUUID();
    const handlers = [village, township];
    const note: NoteCommand = { type: 'begin', text, handlers, ...(offerTo === undefined ? {} : { offerTo }) };
    expect(await command(home, record, note, randomUUID(), true)).toMatchObject({ ok: true, value: { state: 'done' } });
    return record;
  };

  it(
    'moves a record up with its ownership, and answers come back to every holder',
    async () => {
      const record = await begin(township);
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
      const record = await begin(township);
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
      const record = await begin(township);
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
      const record = await begin(undefined);
      const key = randomUUID();
      const both = await Promise.all([1, 2].map(() => command(home, record, { type: 'add', text: 'once' }, key)));
      expect(both[0]).toEqual(both[1]);
      expect(await command(home, record, { type: 'add', text: 'other' }, key)).toMatchObject({
        refusal: { code: 'request.key-reused' },
      });
      await converged(sites, record, 2);
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
          const record = await begin(township, `case ${index}`);
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
      const record = await begin(undefined);
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
      const record = await begin(undefined);
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
      const [mine, later] = [await begin(undefined), await begin(township)];
      await converged(sites, mine, 1);
      await converged(sites, later, 3);
      await backUp(lost());
      const [key, asked, younger] = [randomUUID(), randomUUID(), await begin(township)];
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
