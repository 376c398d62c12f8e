// eslint-disable-next-line @nx/enforce-module-boundaries -- the lock of the launchers themselves
import { takeStartLock } from '../../apps/tongbanctl/src/city/ports.js';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { startPostgres } from '@tongban/platform/local';
import { postgresBinDirectory } from '@tongban/testkit';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { City, CityFolder, hosts } from './city.js';
import { Databases, headsOf, journalFaults, unacknowledged } from './database.js';
import { isRunning, startOf, withDescendants } from './processes.js';
import { parseReport, type Report, type ReportCase } from './report.js';
import { untilNone } from './wait.js';

const startTimeoutMs = 400_000;
const testTimeoutMs = 60_000;
const quietTimeoutMs = 20_000;
/** What stopping may take on a busy machine: everything stops in turn. */
const longestStopMs = 45_000;
const usualCityPort = 18_101;
const stations = 3;

/**
 * Holds the port that the city's host would take, unless somebody does already; releases what it took. Not while another
 * launcher has chosen the port and its host has not begun to listen.
 */
async function occupy(port: number): Promise<() => Promise<void>> {
  const releaseStart = await takeStartLock(new AbortController().signal);
  const server = createServer();
  const taken = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  releaseStart?.();
  return () => new Promise((resolve) => (taken ? server.close(() => resolve()) : resolve()));
}

const types = ({ entries }: ReportCase): string[] => entries.map(({ type }) => type);
const tierOfEntry = ({ entries }: ReportCase, type: string): string | undefined => {
  const entry = entries.find((candidate) => candidate.type === type);
  return entry && tierOf(entry.node as NodeCode);
};
const tiersOf = ({ path }: ReportCase): string[] => path.map((node) => tierOf(node as NodeCode));

describe('the main job of a city', () => {
  let folder: CityFolder;
  let city: City;
  let databases: Databases;
  let report: Report;
  let release: () => Promise<void>;

  beforeAll(async () => {
    folder = await CityFolder.make();
    release = await occupy(usualCityPort);
    city = City.up(folder);
    report = parseReport(await city.reportLine());
    databases = new Databases(folder, city.address('PostgreSQL'));
  }, startTimeoutMs);

  afterAll(async () => {
    await city?.interrupt();
    folder?.remove();
    await release?.();
  }, testTimeoutMs + longestStopMs);

  const factsOf = async (type: string): Promise<{ number: string; facts: Record<string, unknown> }[]> =>
    databases.query(
      'city',
      `select v.number, e.facts from entry e join case_view v on v.node = e.node and v.record = e.record
        where e.type = $1 order by v.number, e.seq`,
      [type],
    );

  it('takes another port when one is in use, and says so', () => {
    expect(city.told).toMatch(new RegExp(`端口 ${usualCityPort}（cityHttp）已被占用，改用 \\d+`));
    expect(city.address('city')).not.toContain(`:${usualCityPort}`);
  });

  it('counts the whole city and finds nothing lost, duplicated or divergent', () => {
    const divisions = JSON.parse(readFileSync(folder.divisionsFile, 'utf8')) as { divisions: unknown[] };
    const { totals } = report;
    expect(divisions.divisions).toHaveLength(1741);
    expect(totals).toMatchObject({ nodes: divisions.divisions.length, lost: 0, duplicated: 0, divergent: 0 });
    expect(totals.items).toBeGreaterThanOrEqual(200);
    expect(totals.departments).toBeGreaterThanOrEqual(33);
    expect(totals.delegations).toBeGreaterThanOrEqual(100);
    expect(totals.nodesWithNewestCatalogue).toBe(totals.nodes);
    expect(totals.submitted).toBe(report.cases.length);
    expect(totals.closed).toBe(report.cases.length);
    expect(totals.acknowledged).toBe(totals.closed);
    expect(report.cases.map(({ province }) => province)).toEqual(report.cases.map(() => 'acknowledged'));
  });

  it('has a case of each of the six regimes that reached its end, one of them paid and certified', async () => {
    expect(report.totals.regimes).toEqual([
      ...['onTheSpot', 'promised', 'joint', 'reportedUp', 'controlled', 'feeCounter'],
    ]);
    const paid = report.cases.filter((one) => types(one).includes('case.feePaid'));
    expect(paid).not.toHaveLength(0);
    for (const one of paid) {
      const order = ['case.feeNoticed', 'case.feePaid', 'case.certified'].map((type) => types(one).indexOf(type));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    expect(report.cases.some((one) => types(one).includes('case.reviewed'))).toBe(true);
    expect(report.cases.some((one) => types(one).includes('case.replied'))).toBe(true);
    const onTheSpot = report.cases.filter(
      (one) => tierOf(one.path[0] as NodeCode) === 'township' && one.path.length === 1,
    );
    expect(onTheSpot.length).toBeGreaterThanOrEqual(1);
  });

  it('shows every holder of every case with the same head', () => {
    for (const { number, holders, path } of report.cases) {
      // What was taken in at a window of the township has no holder below it.
      const below = tierOf(path[0] as NodeCode) === 'village' ? 0 : 1;
      expect(holders.length).toBeGreaterThanOrEqual(hosts.length - below);
      expect({ number, heads: new Set(holders.map(({ headHash }) => headHash)).size }).toEqual({ number, heads: 1 });
      expect(holders[0]?.headHash).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('has a case that the township handles alone', () => {
    const found = report.cases.find(
      (one) => tierOfEntry(one, 'case.decided') === 'township' && types(one).includes('case.rated'),
    );
    expect(found && tiersOf(found)).toEqual(['village', 'township']);
    expect(found && types(found)).toEqual(expect.arrayContaining(['case.accepted', 'case.delivered', 'case.rated']));
  });

  it('has a case that the township accepts and hands over to the district', () => {
    const found = report.cases.find((one) => tierOfEntry(one, 'case.decided') === 'district');
    expect(found && tierOfEntry(found, 'case.accepted')).toBe('township');
    expect(found && tiersOf(found)).toEqual(['village', 'township', 'district']);
  });

  it('has a case that the city decides after one supplement', () => {
    const found = report.cases.find(
      (one) => tierOfEntry(one, 'case.decided') === 'city' && types(one).includes('case.supplementRequested'),
    );
    expect(found && tiersOf(found)).toEqual(['village', 'township', 'district', 'city']);
    expect(types(found!).filter((type) => type === 'case.supplemented')).toHaveLength(1);
  });

  it('has one refused with its reasons and one withdrawn', async () => {
    const refused = (await factsOf('case.decided')).filter(({ facts }) => facts['outcome'] === 'refuse');
    expect(refused).toHaveLength(1);
    for (const name of ['reasonCode', 'legalBasis', 'remedies'])
      expect(refused[0]?.facts[name]).toEqual(expect.any(String));
    const withdrawn = report.cases.filter((one) => types(one).includes('case.withdrawn'));
    expect(withdrawn).toHaveLength(1);
    expect(types(withdrawn[0]!)).not.toContain('case.decided');
  });

  it('has cases that were done while the city was cut off, all of which arrived', async () => {
    // At the city everything of such a case comes later than its last act below.
    const late = await databases.query<{ number: string }>(
      'city',
      `select v.number from case_view v join entry e on e.node = v.node and e.record = v.record
        where e.type <> 'case.reported' group by v.number
        having min(e.applied_at) > max(e.recorded_at) and bool_or(e.type = 'case.rated')`,
    );
    expect(late.length).toBe(stations);
    const numbers = report.cases.map(({ number }) => number);
    expect(numbers).toEqual(expect.arrayContaining(late.map(({ number }) => number)));
  });

  it('has one that the province rejected, corrected and acknowledged in a later version', async () => {
    const reported = await factsOf('case.reported');
    const rejected = [
      ...new Set(reported.filter(({ facts }) => facts['outcome'] === 'rejected').map((row) => row.number)),
    ];
    expect(rejected).toHaveLength(1);
    const answers = reported.filter(({ number }) => number === rejected[0]).map(({ facts }) => facts);
    const refusal = answers.find(({ outcome }) => outcome === 'rejected');
    expect(refusal).toMatchObject({ problems: expect.any(Array) as unknown[] });
    expect(refusal?.['problems']).not.toHaveLength(0);
    expect(answers.at(-1)).toMatchObject({ outcome: 'acknowledged', receipt: expect.any(String) as string });
    // Usually 1 and 2; delivery or rating may have raised the version before the correction came.
    expect(answers.at(-1)!['dataVersion']).toBeGreaterThan(refusal?.['dataVersion'] as number);
    expect((await factsOf('case.corrected')).map(({ number }) => number)).toEqual(rejected);
  });

  it.each(hosts)(
    'has left a journal without a fault at the host %s',
    async (host) => {
      await untilNone('receipts of everything sent', quietTimeoutMs, () => unacknowledged(databases, host));
      expect(await journalFaults(databases, host)).toEqual([]);
      const rows = await databases.query<{ entries: string }>(host, 'select count(*) as entries from entry');
      expect(Number(rows[0]?.entries)).toBeGreaterThan(0);
    },
    testTimeoutMs,
  );

  it(
    'stops on Ctrl-C with everything that it started, and nothing else',
    async () => {
      const bystander = spawn('sleep', ['60'], { cwd: folder.directory, stdio: 'ignore' });
      const started = folder.run().processes;
      const names = ['postgresql', 'nats-server', 'identity-dev', 'province-sandbox', ...hosts];
      expect(started.map(({ name }) => name).sort()).toEqual(names.sort());
      const all = withDescendants([city.child.pid!, ...started.map(({ stamp }) => stamp.pid)]);
      expect(all.length).toBeGreaterThan(names.length);
      const { status, elapsedMs } = await city.interrupt();
      expect(status).toBe(0);
      expect(elapsedMs).toBeLessThan(longestStopMs);
      expect(all.filter(isRunning)).toEqual([]);
      expect(folder.run().processes).toEqual([]);
      expect(startOf(bystander.pid!)).toBeDefined();
      bystander.kill();
    },
    testTimeoutMs + longestStopMs,
  );

  it(
    'does it all again on the same state with new cases, and ends by itself',
    async () => {
      city = City.up(folder, ['--once']);
      const { status, stdout } = await city.end();
      expect({ status, told: status === 0 ? '' : city.told.slice(-2_000) }).toEqual({ status: 0, told: '' });
      expect(stdout.trim().split('\n')).toHaveLength(1);
      const again = parseReport(stdout);
      expect(again.totals).toMatchObject({ lost: 0, duplicated: 0, divergent: 0, submitted: again.cases.length });
      expect(again.totals.acknowledged).toBe(again.cases.length);
      const before = new Set(report.cases.map(({ number }) => number));
      expect(again.cases.filter(({ number }) => before.has(number))).toEqual([]);
      await bothRunsAreKept(folder, [...report.cases, ...again.cases]);
    },
    startTimeoutMs,
  );
});

/** After everything has stopped: the databases alone hold the cases of both runs, in order. */
async function bothRunsAreKept(folder: CityFolder, cases: readonly ReportCase[]): Promise<void> {
  const postgres = await startPostgres({ directory: folder.file('postgres'), binDirectory: postgresBinDirectory() });
  try {
    const databases = new Databases(folder, `127.0.0.1:${postgres.port}`);
    for (const host of hosts) expect(await journalFaults(databases, host)).toEqual([]);
    const numbers = cases.map(({ number }) => number);
    const kept = await databases.query<{ number: string; record: string }>(
      'city',
      'select number, record::text from case_view where number = any($1)',
      [numbers],
    );
    expect(kept.map(({ number }) => number).sort()).toEqual([...numbers].sort());
    const heads = await headsOf(
      databases,
      'provincial-gateway',
      kept.map(({ record }) => record),
    );
    expect(heads).toHaveLength(numbers.length);
  } finally {
    await postgres.stop();
  }
}
