import {
  askService,
  entryToWire,
  AskClient,
  askLimits,
  GrpcChildCourier,
  GrpcParentCourier,
  type AskHandlers,
} from '@tongban/federation/transport';
import { create } from '@bufbuild/protobuf';
import { CompareDigestsQuerySchema, MendChunkSchema, type CompareDigestsQuery } from '@tongban/contract';
import { partOf } from '@tongban/federation/core';
import { chainStart, hashEntry, Keystore, makeSecret } from '@tongban/journal';
import { nodeCode, RefusalError, type Uuid } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { ParkedRecords } from './parked-records.js';
import { Compare } from './reconcile/compare.js';
import type { Reconciler } from './reconcile/reconciler.js';
import {
  begin,
  closeSites,
  command,
  converged,
  directory,
  eventually,
  headsOf,
  Network,
  secrets,
  site,
  testTimeoutMs,
  township,
  transactorOn,
  village,
  type Site,
} from './sites.fixture.js';
import { findReconciliation, type Reconciliation } from './store/reconciliation-store.js';

const clock = { now: () => Date.now() };
let network: Network;
let town: Site, home: Site;
let above: Reconciler, below: Reconciler;
let handlers: AskHandlers | undefined;
let parentEnd: GrpcParentCourier;
let childEnd: GrpcChildCourier;
let client: AskClient;
const asked: string[] = [];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const silent = (): void => undefined;
const keystoreOf = (node: string): Keystore => new Keystore(secrets.filter((secret) => secret.node === node));

beforeAll(async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const service = askService({
    ...{ directory, clock, handlers: () => handlers, log: silent },
    isHosted: (node) => node === township,
  });
  parentEnd = new GrpcParentCourier(address, new Set([township]), service, silent);
  childEnd = new GrpcChildCourier(address, [village], silent);
  network = new Network();
  town = await site(network, township, await freshDatabase(), { parentEnd, childrenOf: () => [village] });
  home = await site(network, village, await freshDatabase(), {
    childEnd,
    compareAsked: (node) => {
      asked.push(node);
      void below.request(node, randomUUID(), false);
    },
  });
  client = new AskClient({ client: childEnd.client, keystore: keystoreOf(village), clock });
  above = town.host.reconciler({ transactor: transactorOn(town.pool), above: undefined });
  below = home.host.reconciler({ transactor: transactorOn(home.pool), above: client });
  handlers = above.handlers;
  await eventually('the stream is open', async () => childEnd.reaches(township));
}, testTimeoutMs);

afterEach(() => {
  handlers = above.handlers;
});

afterAll(async () => {
  await below.stop();
  await above.stop();
  await closeSites();
});

const compare = async (): Promise<Reconciliation> => {
  const id = randomUUID();
  const taken = await below.request(village, id, false);
  if (!taken.ok) throw new Error(taken.refusal.code);
  await below.settled();
  return (await transactorOn(home.pool).run((sql) => findReconciliation(sql, village, id)))!;
};

/** The parent looks at its own copies, as it does every night. */
const checkAbove = async (): Promise<void> => {
  await above.request(township, randomUUID(), false);
  await above.settled();
};

const entriesAt = async ({ pool }: Site, record: string): Promise<string> =>
  (
    await pool.query(
      `select string_agg(encode(hash, 'hex') || facts::text, ' ' order by seq) as all from entry where record = $1`,
      [record],
    )
  ).rows[0].all;

const linesAt = async ({ pool }: Site, record: string): Promise<string[]> =>
  (await pool.query('select state from note where record = $1', [record])).rows[0]?.state.lines;

/** A record of five entries that both hold. */
async function ordinary(): Promise<string> {
  const record = await begin(home);
  for (let line = 2; line <= 5; line++) await command(home, record, { type: 'add', text: `第${line}行`, secret: '甲' });
  await converged([town, home], record, 5);
  return record;
}

/** Damage by hand, as a broken disk or an intruder with the owner's password does it. */
const damages: Record<string, (pool: Site['pool'], record: string) => Promise<unknown>> = {
  'a deleted entry': (pool, record) => pool.query('delete from entry where record = $1 and seq = 3', [record]),
  'a deleted end': (pool, record) => pool.query('delete from entry where record = $1 and seq >= 4', [record]),
  'changed facts': (pool, record) =>
    pool.query(`update entry set facts = '{"text":"改过"}' where record = $1 and seq = 2`, [record]),
  'a changed sealed part': (pool, record) =>
    pool.query(
      `update entry set sealed = (select sealed from entry e where e.record = $1 and e.seq = 3) where record = $1 and seq = 2`,
      [record],
    ),
  'a wrong signature': (pool, record) =>
    pool.query(`update entry set signature = decode(repeat('ab', 64), 'hex') where record = $1 and seq = 5`, [record]),
  'a wrong head hash': (pool, record) =>
    pool.query(`update record set hash = decode(repeat('cd', 32), 'hex') where record = $1`, [record]),
  'a head of long ago': (pool, record) =>
    pool.query(
      'update record set seq = 2, hash = (select hash from entry where record = $1 and seq = 2) where record = $1',
      [record],
    ),
  'a wrong owner': (pool, record) => pool.query(`update record set owner = '371102001002' where record = $1`, [record]),
  'a missing head': (pool, record) => pool.query('delete from record where record = $1', [record]),
  'a missing projection': (pool, record) => pool.query('delete from note where record = $1', [record]),
  'a changed projection': (pool, record) =>
    pool.query(`update note set state = '{"lines":["改过"],"handlers":[]}' where record = $1`, [record]),
  'an extra forged entry': (pool, record) =>
    pool.query(
      `with forged as (insert into entry select node, record, 6, epoch, gen_random_uuid(), record_class, type, version, author,
         actor_subject, actor_role, actor_division, on_behalf_of, occurred_at, recorded_at, applied_at, '{"text":"伪造"}'::json,
         null, hash, decode(repeat('ef', 32), 'hex'), suite, key_id, signature, traceparent
         from entry where record = $1 and seq = 5 returning *)
       update record r set seq = 6, hash = f.hash from forged f where r.record = f.record`,
      [record],
    ),
  'a record that is gone': async (pool, record) => {
    for (const table of ['entry', 'record', 'note'])
      await pool.query(`delete from ${table} where record = $1`, [record]);
  },
};

describe('records that were damaged by hand', () => {
  it.each(Object.keys(damages))(
    '%s at the child is found and mended',
    async (kind) => {
      const record = await ordinary();
      const genuine = await entriesAt(town, record);
      await damages[kind]!(home.pool, record);
      const { state, result, isSigned, isCountersigned } = await compare();
      expect({ state, isSigned, isCountersigned }).toEqual({ state: 'agreed', isSigned: true, isCountersigned: true });
      expect(result!.unmended).toEqual([]);
      expect(result!.mendedHere + result!.rederived).toBeGreaterThanOrEqual(1);
      expect(await entriesAt(home, record)).toBe(genuine);
      expect(new Set(await headsOf([town, home], record)).size).toBe(1);
      expect(await linesAt(home, record)).toEqual(await linesAt(town, record));
      expect(await compare()).toMatchObject({ state: 'agreed', result: { damaged: 0, differing: 0, rederived: 0 } });
      // Work goes on.
      expect(await command(home, record, { type: 'add', text: 'after' })).toMatchObject({ ok: true });
      await converged([town, home], record, 6);
    },
    testTimeoutMs,
  );

  it.each(Object.keys(damages))(
    '%s at the parent is found and mended',
    async (kind) => {
      const record = await ordinary();
      const genuine = await entriesAt(home, record);
      await damages[kind]!(town.pool, record);
      await checkAbove();
      const { state, result } = await compare();
      expect({ state, unmended: result!.unmended }).toEqual({ state: 'agreed', unmended: [] });
      expect(await entriesAt(town, record)).toBe(genuine);
      expect(new Set(await headsOf([town, home], record)).size).toBe(1);
      expect(await linesAt(town, record)).toEqual(await linesAt(home, record));
      const [countersigned] = (
        await town.pool.query(
          'select state, signature, peer_signature from reconciliation where peer = $1 order by begun_at desc',
          [village],
        )
      ).rows;
      expect(countersigned).toMatchObject({
        state: 'agreed',
        signature: { keyId: `${township}#1` },
        peer_signature: { keyId: `${village}#1` },
      });
    },
    testTimeoutMs,
  );

  it(
    'keeps what stood there as evidence',
    async () => {
      const record = await ordinary();
      await damages['changed facts']!(home.pool, record);
      await compare();
      const { rows } = await home.pool.query('select seq, entry, reason from entry_set_aside where record = $1', [
        record,
      ]);
      expect(rows).toMatchObject([{ seq: 2, entry: { facts: { text: '改过' } } }]);
      expect(rows[0].reason).toContain('link.chain');
    },
    testTimeoutMs,
  );

  it(
    'says what nobody can mend, and mends the rest',
    async () => {
      const [lost, other] = [await ordinary(), await ordinary()];
      for (const { pool } of [town, home]) await damages['changed facts']!(pool, lost);
      await damages['a deleted entry']!(home.pool, other);
      await checkAbove();
      const { state, result } = await compare();
      expect(state).toBe('differing');
      expect(result!.unmended).toMatchObject([{ record: lost, code: 'link.gap' }]);
      expect(result!.mendedHere).toBe(1);
      const { rows } = await home.pool.query('select record, seq, code from damaged_record');
      expect(rows).toEqual([{ record: lost, seq: 2, code: 'link.chain' }]);
      for (const { pool } of [town, home])
        for (const table of ['entry', 'record', 'note', 'damaged_record'])
          await pool.query(`delete from ${table} where record = $1`, [lost]);
    },
    testTimeoutMs,
  );

  it(
    'never takes a forged copy from a neighbour',
    async () => {
      const record = await ordinary();
      const genuine = await entriesAt(home, record);
      await damages['changed facts']!(town.pool, record);
      await damages['a record that is gone']!(home.pool, record);
      // The parent has not looked at its own copy yet and offers it as it stands.
      const { state, result } = await compare();
      expect(state).toBe('differing');
      expect(result!.unmended).toMatchObject([{ record, code: 'link.chain' }]);
      expect(await headsOf([home], record)).toEqual(['none']);
      expect(genuine).toBeDefined();
      for (const table of ['entry', 'record', 'note', 'damaged_record'])
        await town.pool.query(`delete from ${table} where record = $1`, [record]);
    },
    testTimeoutMs,
  );
});

describe('comparing', () => {
  it(
    'gives the parent what a link has lost on the way',
    async () => {
      const record = await ordinary();
      // Consistent and acknowledged, only shorter: neither the link nor a look at itself would ever notice.
      await town.pool.query('delete from entry where record = $1 and seq = 5', [record]);
      await town.pool.query(
        'update record set seq = 4, hash = (select hash from entry where record = $1 and seq = 4) where record = $1',
        [record],
      );
      await town.pool.query(
        `update note set state = jsonb_set(state::jsonb, '{lines}', (state::jsonb -> 'lines') - 4)::json where record = $1`,
        [record],
      );
      await checkAbove();
      expect(await compare()).toMatchObject({ state: 'agreed', result: { differing: 1, mendedThere: 1 } });
      expect(await headsOf([town], record)).toEqual(await headsOf([home], record));
      expect(await linesAt(town, record)).toEqual(await linesAt(home, record));
    },
    testTimeoutMs,
  );

  it(
    'is asked for by the parent, through any courier',
    async () => {
      asked.length = 0;
      const begunAt = new Date();
      await above.request(township, randomUUID(), true);
      await above.settled();
      await eventually('the child is asked', async () => asked.length > 0);
      // Asked for, but perhaps not in the queue yet: its row tells.
      await eventually('the child has compared', async () => {
        const { rows } = await home.pool.query(
          `select state from reconciliation where node = $1 and begun_at >= $2 and state in ('agreed', 'differing')`,
          [village, begunAt],
        );
        return rows.length > 0;
      });
      await below.settled();
      expect(asked).toEqual([village]);
    },
    testTimeoutMs,
  );

  it(
    'is interrupted while the parent is away, and says so',
    async () => {
      handlers = undefined;
      expect(await compare()).toMatchObject({ state: 'interrupted', result: { interruption: 'service.unavailable' } });
      handlers = above.handlers;
    },
    testTimeoutMs,
  );

  describe('of many records', () => {
    /** As many as make the buckets of their class be split. */
    const count = 20_000;
    const keysBytes = 52 * count;
    let records: string[];

    beforeAll(async () => {
      await home.pool.query(
        `with heads as (select gen_random_uuid() as record, decode(md5(g::text) || md5(g::text || 'x'), 'hex') as hash
           from generate_series(1, $1) g)
         insert into record select $2, record, 'bulk', $2, 1, 1, hash, array[$2], null, now() from heads`,
        [count, village],
      );
      const { rows } = await home.pool.query(`select record, hash from record where record_class = 'bulk'`);
      records = rows.map(({ record }) => record);
      await town.pool.query(
        `insert into record select $1, r, 'bulk', $2, 1, 1, h, array[$2], null, now() from unnest($3::uuid[], $4::bytea[]) u(r, h)`,
        [township, village, records, rows.map(({ hash }) => hash)],
      );
    }, testTimeoutMs);

    afterAll(async () => {
      for (const { pool } of [town, home]) await pool.query(`delete from record where record_class = 'bulk'`);
    });

    const comparedBy = async (given: AskHandlers = above.handlers) => {
      handlers = given;
      const tools = { ...comparing(), above: client };
      const pair = { asker: village, asked: township };
      return new Compare(tools, below.mender, pair, new AbortController().signal).run([]);
    };

    it(
      'costs a few percent of the keys where little differs, and finds all of it',
      async () => {
        expect((await comparedBy()).digestBytes / keysBytes).toBeLessThan(0.01);
        await town.pool.query(`delete from record where record = any($1)`, [records.slice(0, 3)]);
        await home.pool.query(`delete from record where record = any($1)`, [records.slice(3, 5)]);
        const queries: CompareDigestsQuery[] = [];
        const told = await comparedBy({
          ...above.handlers,
          compareDigests: (pair, query) => {
            queries.push(query);
            return above.handlers.compareDigests(pair, query);
          },
        });
        expect(told.differing).toBe(5);
        expect(told.digestBytes / keysBytes).toBeLessThan(0.05);
        const parts = queries.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.parts));
        const differing = new Set(records.slice(0, 5).map((record) => partOf(record as Uuid)));
        // Both rounds see the same, since these records have no entries to mend them by.
        expect(parts.length).toBe(2 * differing.size);
        expect(new Set(parts)).toEqual(differing);
      },
      testTimeoutMs,
    );

    it(
      'finds all of it by a parent that knows nothing of parts, and by keys of whole buckets then',
      async () => {
        const told = await comparedBy({
          ...above.handlers,
          compareDigests: (pair, { scopes }) =>
            above.handlers.compareDigests(
              pair,
              create(CompareDigestsQuerySchema, {
                scopes: scopes.map(({ owner, recordClass, buckets }) => ({ owner, recordClass, buckets })),
              }),
            ),
        });
        expect(told.differing).toBe(5);
        expect(told.digestBytes / keysBytes).toBeGreaterThan(0.02);
      },
      testTimeoutMs,
    );
  });
});

describe('a node that has nothing yet', () => {
  it(
    'gets everything that its parent holds for it',
    async () => {
      const records = [await ordinary(), await ordinary()];
      for (const table of ['entry', 'record', 'note']) await home.pool.query(`delete from ${table}`);
      const { state, result } = await compare();
      expect({ state, unmended: result!.unmended }).toEqual({ state: 'agreed', unmended: [] });
      for (const record of records) expect(await entriesAt(home, record)).toBe(await entriesAt(town, record));
      const heads = await Promise.all(
        [town, home].map(({ pool }) => pool.query('select record, hash from record order by record')),
      );
      expect(heads[0]!.rows).toEqual(heads[1]!.rows);
    },
    testTimeoutMs,
  );

  it(
    'goes on where its snapshot was cut in the middle',
    async () => {
      for (let count = 0; count < 6; count++) await ordinary();
      for (const table of ['entry', 'record', 'note']) await home.pool.query(`delete from ${table}`);
      const genuine = above.handlers;
      const snapshots: string[] = [];
      handlers = {
        ...genuine,
        async *snapshot(pair, query) {
          if (query.records.length === 0) snapshots.push(query.after);
          let given = 0;
          for await (const chunk of genuine.snapshot(pair, query)) {
            if (query.records.length === 0 && ++given > 3 && snapshots.length < 3)
              throw new RefusalError({ code: 'service.unavailable', detail: 'cut' });
            yield chunk;
          }
        },
      };
      const { state, result } = await compare();
      handlers = genuine;
      expect({ state, unmended: result!.unmended }).toEqual({ state: 'agreed', unmended: [] });
      expect(snapshots).toHaveLength(3);
      // Each goes on after the last whole record that had come.
      expect(snapshots[0]).toBe('');
      expect([...snapshots].sort()).toEqual(snapshots);
      expect(new Set(snapshots).size).toBe(3);
      const heads = await Promise.all(
        [town, home].map(({ pool }) => pool.query('select record, hash from record order by record')),
      );
      expect(heads[0]!.rows).toEqual(heads[1]!.rows);
    },
    testTimeoutMs,
  );
});

describe('asking the parent', () => {
  const pair = { asker: village, asked: township };

  it('tells where a record is', async () => {
    const record = await begin(home, township);
    await converged([town, home], record, 3);
    expect(await client.locate(pair, { record, hops: 5 })).toMatchObject({
      value: { found: true, owner: township, seq: 3, epoch: 2, answeredBy: township },
    });
    expect(await client.locate(pair, { record: randomUUID(), hops: 5 })).toMatchObject({ value: { found: false } });
    expect(await client.locate(pair, { record: 'x', hops: 5 })).toMatchObject({
      refusal: { code: 'request.malformed' },
    });
    expect(await client.locate(pair, { record, hops: 5 }, Date.now() - 1)).toMatchObject({
      refusal: { code: 'service.unavailable' },
    });
  });

  it('answers nobody but its own children', async () => {
    const record = await ordinary();
    const stranger = new AskClient({ client: childEnd.client, keystore: keystoreOf('371102000000'), clock });
    const strange = { asker: '371102000000', asked: township } as never;
    expect(await stranger.locate(strange, { record, hops: 1 })).toMatchObject({ refusal: { code: 'link.author' } });
    const impostor = new AskClient({
      client: childEnd.client,
      clock,
      keystore: { sign: (_node, bytes) => keystoreOf(township).sign(township, bytes) },
    });
    expect(await impostor.locate(pair, { record, hops: 1 })).toMatchObject({ refusal: { code: 'link.author' } });
    const late = new AskClient({
      client: childEnd.client,
      keystore: keystoreOf(village),
      clock: { now: () => Date.now() - 2 * 3_600_000 },
    });
    expect(await late.locate(pair, { record, hops: 1 })).toMatchObject({ refusal: { code: 'request.stale' } });
  });

  it('is told to wait where too many ask at once', async () => {
    const genuine = above.handlers;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    handlers = {
      ...genuine,
      async locate(asking, query, deadline) {
        await released;
        return genuine.locate(asking, query, deadline);
      },
    };
    const calls = Array.from({ length: askLimits.maxConcurrentCalls + 1 }, () =>
      client.locate(pair, { record: randomUUID(), hops: 1 }),
    );
    expect(await Promise.race(calls)).toMatchObject({ refusal: { code: 'service.busy' } });
    release();
    handlers = genuine;
    const answered = await Promise.all(calls);
    expect(answered.filter(({ ok }) => ok)).toHaveLength(askLimits.maxConcurrentCalls);
  });

  it('mends nothing there that the child has no part in', async () => {
    const stranger = new Keystore([makeSecret(nodeCode('371102001002'), 1)]);
    const unhashed = {
      ...{
        id: randomUUID(),
        record: randomUUID(),
        recordClass: 'case',
        seq: 1,
        epoch: 1,
        type: 'note.begun',
        version: 1,
      },
      ...{
        author: nodeCode('371102001002'),
        occurredAt: 1,
        recordedAt: 1,
        facts: '{"text":"x"}',
        prevHash: chainStart,
      },
      actor: { subject: 's', role: 'agent', division: village } as const,
    };
    const hash = hashEntry(unhashed);
    const entry = { ...unhashed, hash, signature: stranger.sign(unhashed.author, hash) };
    const chunks = async function* () {
      yield create(MendChunkSchema, { entries: [entryToWire(entry)] });
    };
    expect(await client.mend(pair, chunks())).toMatchObject({
      value: { records: [{ record: entry.record, outcome: 'refused', code: 'link.author' }] },
    });
    expect(await headsOf([town], entry.record)).toEqual(['none']);
  });

  it('gives a range of the link once more', async () => {
    const record = await begin(home, township);
    await converged([town, home], record, 3);
    const [link] = (await town.pool.query('select last from link_out where peer = $1', [village])).rows;
    const session = town.host.relay.sessionOf({ node: township, peer: village });
    const last = BigInt(link.last);
    const envelopes = [];
    for await (const envelope of client.resend(pair, { session, firstSeq: 1n, lastSeq: last }))
      envelopes.push(envelope);
    expect(envelopes.length).toBeGreaterThan(0);
    expect(envelopes.every(({ sender, receiver }) => sender === township && receiver === village)).toBe(true);
    const refusedBy = async (query: { session: string; firstSeq: bigint; lastSeq: bigint }): Promise<string> => {
      try {
        for await (const _envelope of client.resend(pair, query));
      } catch (error) {
        return (error as { refusal: { code: string } }).refusal.code;
      }
      return 'nothing';
    };
    expect(await refusedBy({ session, firstSeq: 1n, lastSeq: last + 5n })).toBe('link.gap');
    expect(await refusedBy({ session: 'another', firstSeq: 1n, lastSeq: 1n })).toBe('link.gap');
    expect(await refusedBy({ session, firstSeq: 5n, lastSeq: 1n })).toBe('request.invalid');
    await town.pool.query('delete from outgoing where seq = 1');
    expect(await refusedBy({ session, firstSeq: 1n, lastSeq: 1n })).toBe('link.gap');
  });
});

const comparing = () => ({
  transactor: transactorOn(home.pool),
  bindings: new Map(),
  directory,
  clock,
  core: {} as never,
  recovery: {} as never,
  parked: new ParkedRecords(),
  committed: silent,
});
