import {
  AckPolicy,
  DeliverPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { hostConsumer, inboxFilters, streams, streamSubjects } from '@tongban/contract';
import { GrpcChildCourier, GrpcParentCourier, NatsCourier } from '@tongban/federation/transport';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { freshDatabase, natsForTests, tcpProxy } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  begin,
  closeSites,
  command,
  converged,
  district,
  eventually,
  headsOf,
  Network,
  site,
  start,
  testTimeoutMs,
  township,
  village,
  type Site,
} from './sites.fixture.js';

/** District, township and village over a real hub behind a proxy, and over real gRPC streams. */
const places = [district, township, village];
const silent = (): void => undefined;
const flaps = 50;
const flapMs = 60;
const longTestMs = 2 * testTimeoutMs;
const linesMeanwhile = 60;
/** Of what has come meanwhile the hub keeps this share, the newest; what is given again at once is less than that. */
const keptShare = 0.7;
let natsUrl: string;
let proxy: Awaited<ReturnType<typeof tcpProxy>>;
let sites: Site[];
let county: Site, town: Site, home: Site;
const hubs: NatsCourier[] = [];
/** How often the village's host was told that a courier came or went. */
let changes = 0;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function makeStreams(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({
    ...{ name: streams.inbox, subjects: [streamSubjects.inbox], max_consumers: 10 },
    ...{ retention: RetentionPolicy.Limits, storage: StorageType.File },
  });
  for (const node of places) {
    const tier = tierOf(node);
    await manager.consumers.add(streams.inbox, {
      durable_name: hostConsumer(tier, [node]),
      filter_subjects: inboxFilters(tier, [node]),
      ...{ ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All },
    });
  }
}

/** A courier of the host of a node over the hub behind the proxy. */
function hubFor(node: NodeCode): NatsCourier {
  const tier = tierOf(node);
  const hub = new NatsCourier({
    ...{ url: `nats://127.0.0.1:${proxy.port}`, name: node, tier, scopes: [node], log: silent },
    consumer: hostConsumer(tier, [node]),
  });
  hubs.push(hub);
  return hub;
}

const inboxState = (manager: JetStreamManager) => manager.streams.info(streams.inbox).then(({ state }) => state);

/** The work at the hub's streams, by its administrator. */
async function administering<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: natsUrl });
  try {
    return await work(await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}

beforeAll(async () => {
  const { url } = await natsForTests();
  natsUrl = url;
  await administering(makeStreams);
  proxy = await tcpProxy({ target: { port: Number(new URL(url).port) } });
  const addresses = new Map<NodeCode, string>();
  for (const node of [district, township]) addresses.set(node, `127.0.0.1:${await freePort()}`);
  sites = [];
  for (const [index, node] of places.entries()) {
    const own = addresses.get(node);
    const above = addresses.get(places[index - 1] ?? node);
    sites.push(
      await site(new Network(), node, await freshDatabase(), {
        hub: hubFor(node),
        couriersChanged: () => {
          if (node === village) changes++;
        },
        ...(own === undefined ? {} : { parentEnd: new GrpcParentCourier(own, new Set([node]), {}, silent) }),
        ...(index === 0 || above === undefined ? {} : { childEnd: new GrpcChildCourier(above, [node], silent) }),
      }),
    );
  }
  [county, town, home] = sites as [Site, Site, Site];
  await eventually('the hub is reached', async () => hubs.every((hub) => hub.reaches()));
}, testTimeoutMs);

afterAll(async () => {
  await closeSites();
  await proxy.stop();
});

const courierAt = ({ host }: Site, peer: NodeCode): string | undefined => host.route.courierFor(peer)?.name;

/** Rows that a doubled message would double, at every node. */
async function rowsOf(record: string): Promise<object[]> {
  const counts = [];
  for (const { pool, node } of sites) {
    const { rows } = await pool.query(
      `select (select count(*)::int from entry where record = $1) as entries,
              (select count(distinct id)::int from entry where record = $1) as ids,
              (select json_array_length(state -> 'lines') from note where record = $1) as lines,
              (select count(*)::int from quarantine) as quarantined,
              (select count(*)::int from (select peer, seq from outgoing where record = $1 and kind = 'entry'
                 group by peer, entry_seq, seq) o) as given,
              (select count(distinct (peer, entry_seq))::int from outgoing where record = $1 and kind = 'entry') as messages
         from (select $2::text) n`,
      [record, node],
    );
    counts.push(rows[0]);
  }
  return counts;
}

describe('a township whose hub is cut off', () => {
  it(
    'goes on with its village and its district through gRPC',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      expect(courierAt(town, village)).toBe('nats');
      await proxy.cut('refuse');
      await eventually('the cut is noticed', async () => hubs.every((hub) => !hub.reaches()));
      await eventually('the streams are used', async () => courierAt(home, township) === 'grpc-child');
      expect(courierAt(town, village)).toBe('grpc-parent');
      expect(await command(town, record, { type: 'add', text: 'without the hub' })).toMatchObject({ ok: true });
      const asked = randomUUID();
      await command(home, record, { type: 'add', text: 'asked without the hub' }, asked);
      await converged(sites, record, 5);
      const answered = await home.pool.query('select state from request where id = $1', [asked]);
      expect(answered.rows).toEqual([{ state: 'done' }]);
      const before = changes;
      await proxy.heal();
      await eventually('what waits for a courier is told', async () => changes > before);
      await eventually('the hub is back', async () => hubs.every((hub) => hub.reaches()));
      await command(county, record, { type: 'add', text: 'with it again' });
      await converged(sites, record, 6);
    },
    longTestMs,
  );

  it(
    'doubles and loses nothing when the couriers change fifty times',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      const written: string[] = [];
      let flapping = true;
      const work = async (at: Site): Promise<void> => {
        for (let line = 0; flapping; line++) {
          const text = `${at.node} ${line}`;
          const outcome = await command(at, record, { type: 'add', text });
          if (outcome.ok) written.push(text);
          await sleep(flapMs / 3);
        }
      };
      const workers = [work(town), work(home)];
      for (let flap = 0; flap < flaps; flap++) {
        await (flap % 2 === 0 ? proxy.cut(flap % 4 === 0 ? 'refuse' : 'blackhole') : proxy.heal());
        await sleep(flapMs);
      }
      await proxy.heal();
      flapping = false;
      await Promise.all(workers);
      const expected = written.length + 3;
      await converged(sites, record, expected);
      for (const row of await rowsOf(record)) {
        expect(row).toMatchObject({ entries: expected, ids: expected, lines: expected - 2, quarantined: 0 });
        const { given, messages } = row as { given: number; messages: number };
        expect(given).toBe(messages);
      }
      const { rows } = await county.pool.query('select state from note where record = $1', [record]);
      expect([...rows[0].state.lines].sort()).toEqual(['first', ...written].sort());
      expect(new Set(await headsOf(sites, record)).size).toBe(1);
    },
    longTestMs,
  );
});

describe('a hub that is full', () => {
  it(
    'drops the oldest frames, which their links give again',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      await county.host.stop();
      const before = await administering(inboxState);
      for (let line = 0; line < linesMeanwhile; line++)
        await command(town, record, { type: 'add', text: `line ${line}` });
      await converged([town, home], record, 3 + linesMeanwhile);
      await administering(async (manager) => {
        const { bytes } = await inboxState(manager);
        const kept = Math.floor((bytes - before.bytes) * keptShare);
        await manager.streams.update(streams.inbox, { max_bytes: kept });
        // What was sent to the county first is not there any more.
        expect((await inboxState(manager)).first_seq).toBeGreaterThan(before.last_seq + 1);
      });
      await start(new Network(), county, { hub: hubFor(district) });
      await converged(sites, record, 3 + linesMeanwhile);
      for (const row of await rowsOf(record))
        expect(row).toMatchObject({ entries: 3 + linesMeanwhile, quarantined: 0 });
    },
    longTestMs,
  );
});
