import type { Sql } from '@tongban/journal';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import {
  begin,
  chain,
  closeSites,
  command,
  converged,
  eventually,
  headsOf,
  Network,
  open,
  site,
  testTimeoutMs,
  township,
  transactorOn,
  village,
  type Site,
} from '../sites.fixture.js';
import { bringNode, findArrival, type Arrival } from './arrival.js';
import {
  awaitWriters,
  clearNode,
  fenceNode,
  findDeparture,
  raiseFences,
  readDeparted,
  releaseDeparted,
} from './departure.js';
import { beginRetirement, closeRetirement, mayBegin, readRemaining, readRetirements } from './retirement.js';
import type { Result } from '@tongban/kernel';

const within = <T>(pool: pg.Pool, body: (sql: Sql) => Promise<T>): Promise<T> => transactorOn(pool).run(body);

const incarnationOf = async (pool: pg.Pool): Promise<string> =>
  (await pool.query<{ id: string }>('select id from incarnation')).rows[0]!.id;

const fenced = async (old: pg.Pool, made: pg.Pool): Promise<Result<void>> => {
  const destination = await incarnationOf(made);
  await raiseFences((body) => within(old, body));
  const closed = await within(old, (tx) => fenceNode(tx, township, destination));
  return closed.ok ? awaitWriters(sqlOn(old)) : closed;
};

const sqlOn = (pool: pg.Pool): Sql => ({
  query: async <Row>(text: string, params: readonly unknown[] = []) =>
    (await pool.query(text, [...params])).rows as Row[],
});

const brought = (old: pg.Pool, made: pg.Pool, before = () => undefined as void): Promise<Result<Arrival>> =>
  within(old, async (from) => {
    await from.query('set transaction isolation level repeatable read');
    return within(made, async (to) => {
      const arrival = await bringNode(from, to, township);
      before();
      return arrival;
    });
  });

const rowsOf = async (pool: pg.Pool, table: string): Promise<string[]> =>
  (
    await pool.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${table} t where node = $1 order by to_jsonb(t)::text`,
      [township],
    )
  ).rows.map(({ row }) => row);

describe('a node that moves to a database of its own', () => {
  let network: Network;
  let sites: Site[];
  let town: Site, home: Site;

  beforeAll(async () => {
    network = new Network();
    sites = [];
    for (const node of chain) sites.push(await site(network, node, await freshDatabase()));
    [, , , town, home] = sites as [Site, Site, Site, Site, Site];
  }, testTimeoutMs);

  afterAll(closeSites);

  it(
    'loses nothing, doubles nothing and forks nothing while its neighbours go on sending',
    async () => {
      const [mine, theirs] = [await begin(home, township), await begin(home)];
      await converged(sites, mine, 3);
      await converged(sites, theirs, 1);
      // Entries and a request are on their way when the node goes.
      network.losing = 3;
      const asked = randomUUID();
      expect(await command(town, mine, { type: 'add', text: '在旧服务上办理', secret: '张三' })).toMatchObject({
        ok: true,
      });
      expect(await command(home, mine, { type: 'add', text: '请镇里办' }, asked)).toMatchObject({ ok: true });
      expect(await command(home, theirs, { type: 'add', text: '村里的' })).toMatchObject({ ok: true });
      const old = town.pool;
      const made = (await site(new Network(), village, await freshDatabase())).pool;
      expect(await fenced(old, made)).toEqual({ ok: true, value: undefined });
      // The old host still runs: from the fence on it writes nothing of the node, neither commands nor what arrives.
      await expect(command(town, mine, { type: 'add', text: '不再受理' })).rejects.toMatchObject({ code: 'TB001' });
      const during = await begin(home, township);
      await expect(
        brought(old, made, () => {
          throw new Error('killed before the commit');
        }),
      ).rejects.toThrow('killed');
      expect(await within(made, (sql) => findArrival(sql, township))).toBeUndefined();
      expect(await rowsOf(made, 'entry')).toEqual([]);
      expect(await brought(old, made)).toMatchObject({ ok: true });
      for (const table of [
        'entry',
        'record',
        'note',
        'link_in',
        'link_out',
        'outgoing',
        'request',
        'command',
        'quarantine',
      ])
        expect([table, await rowsOf(made, table)]).toEqual([table, await rowsOf(old, table)]);
      const late = await begin(home, township);
      const host = await open(network, township, made);
      network.losing = 0;
      const moved: Site = { node: township, pool: made, host };
      const now = sites.map((each) => (each === town ? moved : each));
      for (const record of [during, late]) await converged(now, record, 3);
      await converged(now, mine, 5);
      await converged(now, theirs, 2);
      await eventually('the node works in its new place', async () =>
        command(moved, mine, { type: 'add', text: '在新服务上办理' }).then(({ ok }) => ok),
      );
      await converged(now, mine, 6);
      await eventually(
        'the request is answered',
        async () =>
          (await home.pool.query('select from request where id = $1 and state = $2', [asked, 'done'])).rowCount === 1,
      );
      // The old host sends on in the node's name until it is stopped: nobody listens.
      expect((await headsOf([town], mine))[0]).not.toEqual((await headsOf([moved], mine))[0]);
      await town.host.stop();
      for (const { pool } of now) {
        const { rows } = await pool.query('select count(*)::int as held from quarantine');
        expect(rows[0]).toEqual({ held: 0 });
      }
    },
    testTimeoutMs,
  );

  it('leaves nothing behind but the note that it has left', async () => {
    const old = town.pool;
    const other = await freshDatabase();
    const made = (await site(new Network(), village, other)).pool;
    // Another destination than the first one: two copies of one node would fork its records.
    expect(await fenced(old, made)).toMatchObject({ ok: false, refusal: { code: 'node.state' } });
    await within(old, (sql) => releaseDeparted(sql, [township]));
    await within(old, (sql) => clearNode(sql, township));
    expect(await within(old, (sql) => findDeparture(sql, township))).toMatchObject({ released: true, cleared: true });
    expect(await within(old, readDeparted)).toEqual([township]);
    for (const table of ['entry', 'record', 'link_out', 'outgoing', 'command'])
      expect(await rowsOf(old, table)).toEqual([]);
  });

  it('waits for who had passed the fence before it was closed', async () => {
    const { pool } = await site(new Network(), village, await freshDatabase());
    await raiseFences((body) => within(pool, body));
    const writer = await pool.connect();
    const insert = `insert into note (node, record, state) values ($1, $2, '{}')`;
    // It sees the database as it was, so that the closed fence lets it through.
    await writer.query('begin isolation level repeatable read');
    await writer.query('select from node_departure');
    expect(await within(pool, (tx) => fenceNode(tx, village, randomUUID()))).toMatchObject({ ok: true });
    let over = false;
    const waiting = awaitWriters(sqlOn(pool)).finally(() => (over = true));
    await writer.query(insert, [village, randomUUID()]);
    expect(over).toBe(false);
    await writer.query('commit');
    writer.release();
    expect(await waiting).toEqual({ ok: true, value: undefined });
    await expect(pool.query(insert, [village, randomUUID()])).rejects.toMatchObject({ code: 'TB001' });
  });

  it('raises its fences in the middle of writers without standing in their way', async () => {
    const { pool } = await site(new Network(), village, await freshDatabase());
    const [writer, other] = [await pool.connect(), await pool.connect()];
    for (const [client, first, second] of [
      [writer, 'note', 'command'],
      [other, 'command', 'note'],
    ] as const) {
      await client.query('begin');
      await client.query(`lock table ${first} in row exclusive mode`);
      setTimeout(() => void client.query(`lock table ${second} in row exclusive mode; commit`), 200);
    }
    await raiseFences((body) => within(pool, body));
    for (const client of [writer, other]) client.release();
    const { rows } = await pool.query(
      `select count(*)::int as fences from pg_trigger where tgname = 'node_has_departed'`,
    );
    expect((rows[0] as { fences: number }).fences).toBeGreaterThan(10);
  });

  it('begins nothing after its end has begun, and closes when nothing of it is on its way', async () => {
    const { pool, host } = home;
    const end = { node: village, endsOn: '2026-03-02', basis: '撤并批复' };
    const before = await begin(home);
    const begun = await within(pool, (sql) => beginRetirement(sql, { ...end, successor: township }));
    expect(begun).toMatchObject({ ok: true, value: { successor: township, endsOn: '2026-03-02', closed: false } });
    // The same again is the same; another successor is refused.
    expect(await within(pool, (sql) => beginRetirement(sql, { ...end, successor: township }))).toEqual(begun);
    const other = await within(pool, (sql) => beginRetirement(sql, { ...end, successor: chain[2]! }));
    expect(other).toMatchObject({ ok: false, refusal: { code: 'node.state' } });
    expect(await within(pool, (sql) => mayBegin(sql, village))).toMatchObject({
      refusal: { code: 'node.retiring', params: { successor: township } },
    });
    await host.stop();
    Object.assign(home, { host: await open(network, village, pool, { mayBegin }) });
    await expect(begin(home)).rejects.toThrow('node.retiring');
    expect(await command(home, before, { type: 'add', text: '善后' })).toMatchObject({ ok: true });
    await eventually('nothing is on its way', async () => {
      const { offers, messages } = await within(pool, (sql) => readRemaining(sql, village));
      return offers + messages === 0;
    });
    await within(pool, (sql) => closeRetirement(sql, village));
    expect(await within(pool, readRetirements)).toEqual([{ ...end, successor: township, closed: true }]);
  });

  it('does not come into a database that is in use', async () => {
    const made = (await site(new Network(), village, await freshDatabase())).pool;
    await made.query(`insert into link_in (node, peer) values ($1, $2)`, [village, township]);
    expect(await brought(home.pool, made)).toMatchObject({ ok: false, refusal: { code: 'node.state' } });
  });

  it('takes a later incarnation, also where the clock of the new machine is behind', async () => {
    const made = (await site(new Network(), village, await freshDatabase())).pool;
    await home.pool.query(`update incarnation set id = 't' || repeat('f', 4) || substr(id, 6)`);
    const before = await incarnationOf(home.pool);
    expect(await brought(home.pool, made)).toMatchObject({ ok: true, value: { origin: before } });
    expect([before, await incarnationOf(made)]).toEqual([before, await incarnationOf(made)].toSorted());
    expect(await incarnationOf(made)).not.toBe(before);
  });
});
