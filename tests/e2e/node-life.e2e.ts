import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ancestorAt, tierOf } from '@tongban/kernel';
import { commandLine, hosts, program, root, type HostName } from './city.js';
import { journalFaults, unacknowledged } from './database.js';
import { Load } from './load.js';
import { usernameOf, type Station } from './office.js';
import { agentOf, approval, attach, grantMandate, itemsOfTownship, makeApplicant, submissionOf } from './papers.js';
import { OwnHost, settingsOf } from './own-host.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { until, untilNone } from './wait.js';

/** Three killed commands and two whole ones, under load, on a machine that others use as well. */
const testTimeoutMs = 600_000;
const stopTimeoutMs = 90_000;
const killTimeoutMs = 60_000;
const arrivalTimeoutMs = 90_000;
const casesBefore = 2;
const casesAfter = 4;

const tierOfHost = {
  village: 'village',
  township: 'township',
  district: 'district',
  city: 'city',
  'provincial-gateway': 'province',
} as const satisfies Record<HostName, string>;

describe('a township that gets a machine of its own while its villages go on working', () => {
  let running: RunningCity;
  let load: Load;
  let own: OwnHost;
  let args: readonly string[];

  beforeAll(async () => {
    running = await runCity();
    const { city, stations } = running;
    load = await Load.prepare(running.office, stations);
    const { township } = stations[0]!;
    own = await OwnHost.prepare(city.folder, township, settingsOf(city.folder, 'township'));
    const shared = city.folder.file('secrets', 'township.env');
    args = ['node', 'move', township, '--from', shared, '--to', own.settingsFile];
  }, cityTimeoutMs);

  afterAll(async () => {
    await load?.stop();
    await own?.stop();
    await running?.city.dispose();
  }, stopTimeoutMs);

  it(
    'is moved by one command, which may be killed at any step and run again',
    async () => {
      load.start();
      await load.goesOn(casesBefore);
      for (const told of ['冻结', '行已复制', '附件、消费者和密钥']) await killedAfter(running, args, told);
      const finished = await commandLine(running.city.folder, args, {});
      expect(finished.stderr).toBe('');
      expect([finished.status, finished.stdout.includes('迁移完成')]).toEqual([0, true]);
      // Once more changes nothing.
      expect((await commandLine(running.city.folder, args, {})).status).toBe(0);
      expect(await left(running, own)).toEqual([]);
      await own.start();
      running.office.redirect(own.node, own.base);
      await load.goesOn(casesAfter);
      await load.stop();
      expect(load.faults).toEqual([]);
      // The test would show nothing if nobody had come while the township was away.
      expect(load.answers.get('503 node.moving') ?? load.answers.get('404 node.not-hosted')).toBeGreaterThan(0);
    },
    testTimeoutMs,
  );

  it(
    'holds every acknowledged command exactly once at every node, and every case has one head',
    async () => {
      await untilNone('every command to arrive', arrivalTimeoutMs, () => missing(running, own, load));
      await untilNone('receipts of everything sent', arrivalTimeoutMs, async () =>
        (await Promise.all(hosts.map((host) => unacknowledged(running.databases, host)))).flat(),
      );
      const faults = await Promise.all(hosts.map((host) => journalFaults(running.databases, host)));
      expect(faults.flat()).toEqual([]);
      expect(await own.query('select * from quarantine')).toEqual([]);
      await untilNone('heads to be equal', arrivalTimeoutMs, () => differing(running, own, load));
    },
    testTimeoutMs,
  );

  it(
    'is served by nobody else any more',
    async () => {
      const { office } = running;
      const answer = await office.send(undefined, 'GET', `${office.base('township')}/v1/nodes/${own.node}/items`);
      expect([answer.status, answer.json?.['code']]).toEqual([404, 'node.not-hosted']);
    },
    testTimeoutMs,
  );
});

describe('a village that the State has merged into its neighbour', () => {
  let running: RunningCity;
  let station: Station;
  let successor: string;
  let args: readonly string[];

  beforeAll(async () => {
    running = await runCity();
    const { folder } = running.city;
    station = running.stations[0]!;
    const { divisions } = JSON.parse(readFileSync(folder.divisionsFile, 'utf8')) as {
      divisions: { code: string; parent: string }[];
    };
    const sibling = divisions.find(({ code, parent }) => parent === station.township && code !== station.village);
    successor = sibling!.code;
    args = [
      ...['node', 'retire', station.village, '--to', successor, '--on', '2026-03-01', '--basis', '民政部公告'],
      ...['--host', folder.file('secrets', 'village.env'), '--city', folder.file('secrets', 'city.env')],
    ];
  }, cityTimeoutMs);

  afterAll(async () => {
    await running?.city.dispose();
  }, stopTimeoutMs);

  it(
    'ends by one command, once what comes to it is finished; what it has closed is still found',
    async () => {
      const { office, city, databases } = running;
      const { village, township } = station;
      const [item] = await itemsOfTownship(office, village, township);
      const agent = agentOf(station);
      const applicant = makeApplicant();
      const mandate = await grantMandate(office, agent, village, applicant, { items: [item!.code] });
      const attachments = await attach(office, agent, village, item!.required);
      const submission = submissionOf({ item: item!.code, applicant, mandate, attachments, form: item!.form });
      const submitted = await office.command(agent, village, '/cases', submission);
      expect(submitted.status).toBe(201);
      const record = String(submitted.json?.['record']);
      const clerk = usernameOf('clerk', township);
      await until('the township to have the case', arrivalTimeoutMs, async () => {
        const accepted = await office.command(clerk, township, `/cases/${record}/acceptance`, {});
        return accepted.status === 201 ? true : undefined;
      });

      const [{ comes }] = (await databases.query<{ comes: boolean }>(
        'village',
        `select exists (select from case_view c, json_each_text(c.state -> 'route') r
           where c.node = $1 and c.status <> 'closed' and r.value = $1 and r.key <> 'submit') as comes`,
        [village],
      )) as [{ comes: boolean }];
      const first = await commandLine(city.folder, args, {});
      expect([first.status, first.stderr]).toEqual([comes ? 1 : 0, '']);
      const refused = await office.command(agent, village, '/cases', submission);
      expect([refused.status, refused.json?.['code']]).toEqual([409, 'node.retiring']);
      expect(
        (await office.command(usernameOf('approver', township), township, `/cases/${record}/decision`, approval))
          .status,
      ).toBe(201);
      if (item!.hasResult)
        expect((await office.command(clerk, township, `/cases/${record}/certificate`, {})).status).toBe(201);

      await until('nothing of the village to be on its way', arrivalTimeoutMs, async () => {
        const again = await commandLine(city.folder, args, {});
        return again.status === 0 ? true : undefined;
      });
      const directory = JSON.parse(readFileSync(city.folder.file('key-directory.json'), 'utf8')) as {
        closed: object[];
      };
      expect(directory.closed).toEqual([{ node: village, successor, endsOn: '2026-03-01', basis: '民政部公告' }]);
      for (const [node, by] of [
        [village, agent],
        [township, clerk],
      ] as const) {
        const shown = await office.get(by, node, `/cases/${record}`);
        expect([node, shown.status, shown.json?.['status']]).toEqual([node, 200, 'closed']);
      }
      const located = await office.get(clerk, township, `/locations/${record}`);
      expect([located.status, located.json?.['owner']]).toEqual([200, township]);
    },
    testTimeoutMs,
  );
});

/** Runs the command and kills it as soon as it has told that a step is done. */
async function killedAfter({ city }: RunningCity, args: readonly string[], told: string): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { cwd: root, env: city.folder.environment() });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.includes(told)) child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
  await until(
    `the move to be killed after ${told}`,
    killTimeoutMs,
    () => (child.signalCode !== null || child.exitCode !== null ? true : undefined),
    () => out,
  );
  if (!out.includes(told)) throw new Error(`the move ended before it told ${told}:\n${out}`);
}

/** Rows of the moved node that its former host still has. */
async function left({ databases }: RunningCity, { node }: OwnHost): Promise<string[]> {
  const found: string[] = [];
  for (const table of ['entry', 'record', 'case_view', 'link_out', 'outgoing', 'command']) {
    const rows = await databases.query('township', `select from ${table} where node = $1 limit 1`, [node]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

interface Held {
  readonly id: string;
  readonly node: string;
  readonly times: number;
}
const heldSql = 'select id::text, node, count(*)::int as times from entry where id = any($1::uuid[]) group by id, node';

/** Commands that a node does not hold exactly once, at the host where it is. */
async function missing({ databases }: RunningCity, own: OwnHost, { acknowledged }: Load): Promise<string[]> {
  const keys = acknowledged.map(({ key }) => key);
  const rows = (
    await Promise.all([
      ...hosts.map((host) => databases.query<Held>(host, heldSql, [keys])),
      own.query<Held>(heldSql, [keys]),
    ])
  ).flat();
  const times = new Map<string, number>();
  for (const row of rows) times.set(`${row.id} ${row.node}`, (times.get(`${row.id} ${row.node}`) ?? 0) + row.times);
  return acknowledged.flatMap(({ key, station }) =>
    hosts.flatMap((host) => {
      const node = ancestorAt(station.village, tierOfHost[host])!;
      const found = times.get(`${key} ${node}`) ?? 0;
      return found === 1 ? [] : [`${node} (${tierOf(node)}) holds ${key} ${found} times`];
    }),
  );
}

interface Head {
  readonly record: string;
  readonly head: string;
}
const headSql = `select record::text, seq || ' ' || encode(hash, 'hex') || ' ' || owner as head
  from record where record = any($1::uuid[])`;

async function differing({ databases }: RunningCity, own: OwnHost, { acknowledged }: Load): Promise<string[]> {
  const records = [...new Set(acknowledged.map(({ record }) => record))];
  const heads = (
    await Promise.all([
      ...hosts.map((host) => databases.query<Head>(host, headSql, [records])),
      own.query<Head>(headSql, [records]),
    ])
  ).flat();
  return records.filter((record) => {
    const mine = heads.filter((head) => head.record === record);
    return mine.length !== hosts.length || new Set(mine.map(({ head }) => head)).size !== 1;
  });
}
