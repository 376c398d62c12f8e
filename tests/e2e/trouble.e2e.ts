import { ancestorAt, type Tier } from '@tongban/kernel';
import { cityCode, hosts, type HostName } from './city.js';
import { headsOf, journalFaults, unacknowledged } from './database.js';
import { Load, type Acknowledged } from './load.js';
import { killApp, loseServer, ready } from './mishaps.js';
import { usernameOf } from './office.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { untilNone } from './wait.js';

const testTimeoutMs = 150_000;
const stopTimeoutMs = 90_000;
const arrivalTimeoutMs = 60_000;
const casesBetweenMishaps = 2;
const fewestCases = 15;

const tierOfHost: Readonly<Record<HostName, Tier>> = {
  village: 'village',
  township: 'township',
  district: 'district',
  city: 'city',
  'provincial-gateway': 'province',
};

describe('a city in trouble', () => {
  let running: RunningCity;
  let load: Load;

  beforeAll(async () => {
    running = await runCity();
    load = await Load.prepare(running.office, running.stations);
    load.start();
    await load.goesOn(casesBetweenMishaps);
  }, cityTimeoutMs);

  afterAll(async () => {
    await load?.stop();
    await running?.city.interrupt();
    running?.city.folder.remove();
  }, stopTimeoutMs);

  it.each(hosts)(
    'goes on after kill -9 of the host %s',
    async (host) => {
      await killApp(running.city, host);
      await load.goesOn(casesBetweenMishaps);
    },
    testTimeoutMs,
  );

  it(
    'goes on without its identity provider, which comes back',
    async () => {
      const { office, city } = running;
      const supervisor = usernameOf('supervisor', cityCode);
      await office.token(supervisor);
      await killApp(city, 'identity-dev', async () => {
        expect((await office.get(supervisor, cityCode, '/cases?limit=1')).status).toBe(200);
        await load.goesOn(1);
      });
      await load.goesOn(casesBetweenMishaps);
    },
    testTimeoutMs,
  );

  it(
    'goes on after its hub was killed and came back',
    async () => {
      await loseServer(running.city, 'nats-server', 'nats-server');
      await load.goesOn(casesBetweenMishaps);
    },
    testTimeoutMs,
  );

  it(
    'goes on after its database server was killed and came back',
    async () => {
      await loseServer(running.city, 'postgresql', 'PostgreSQL');
      for (const host of hosts) await ready(running.city, host);
      await load.goesOn(casesBetweenMishaps);
    },
    testTimeoutMs,
  );

  it(
    'has given nobody another answer than success, "not now", or none',
    async () => {
      await load.stop();
      expect(load.faults).toEqual([]);
      expect(load.answers.get('no answer')).toBeGreaterThan(0);
      // The test would show nothing if nobody had noticed that something was away.
      expect(load.answers.get('503 service.unavailable')).toBeGreaterThan(0);
      expect([...load.answers.keys()].filter((what) => what.startsWith('5') && !what.startsWith('503 '))).toEqual([]);
      expect(load.finishedCases).toBeGreaterThanOrEqual(fewestCases);
    },
    testTimeoutMs,
  );

  it.each(hosts)(
    'holds every acknowledged command exactly once at the host %s',
    async (host) => {
      await untilNone('every command to arrive', arrivalTimeoutMs, () => missing(running, load.acknowledged, host));
      await untilNone('receipts of everything sent', arrivalTimeoutMs, () => unacknowledged(running.databases, host));
      expect(await journalFaults(running.databases, host)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'ends with the same head of every case everywhere',
    async () => {
      const records = [...new Set(load.acknowledged.map(({ record }) => record))];
      await untilNone('heads to be equal', arrivalTimeoutMs, () => differing(running, records));
    },
    testTimeoutMs,
  );
});

/** Commands that a host does not hold exactly once, at the node it is due. */
async function missing(
  { databases }: RunningCity,
  commands: readonly Acknowledged[],
  host: HostName,
): Promise<string[]> {
  const rows = await databases.query<{ id: string; node: string; times: number }>(
    host,
    'select id::text, node, count(*)::int as times from entry where id = any($1::uuid[]) group by id, node',
    [commands.map(({ key }) => key)],
  );
  const held = new Map<string, string[]>();
  for (const { id, node, times } of rows) held.set(id, [...(held.get(id) ?? []), `${node} × ${times}`]);
  return commands.flatMap(({ key, record, station }) => {
    const wanted = `${ancestorAt(station.village, tierOfHost[host])} × 1`;
    const found = (held.get(key) ?? []).join(', ');
    return found === wanted ? [] : [`command ${key} of case ${record}: wanted ${wanted}, found ${found || 'nothing'}`];
  });
}

async function differing({ databases }: RunningCity, records: readonly string[]): Promise<string[]> {
  const heads = (await Promise.all(hosts.map((host) => headsOf(databases, host, records)))).flat();
  return records.flatMap((record) => {
    const own = heads.filter((head) => head.record === record);
    const distinct = new Set(own.map(({ seq, hash }) => `${seq} ${hash}`));
    if (own.length === hosts.length && distinct.size === 1) return [];
    return [`case ${record}: ${own.map(({ node, seq }) => `${node} at ${seq}`).join(', ')}`];
  });
}
