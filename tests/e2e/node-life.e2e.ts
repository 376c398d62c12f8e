import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ancestorAt, nodeCode, tierOf, type NodeCode } from '@tongban/kernel';
import { commandLine, hosts, program, root, type HostName } from './city.js';
import { journalFaults, unacknowledged } from './database.js';
import { Load } from './load.js';
import { unexpected } from './http.js';
import { usernameOf, type Person, type Station } from './office.js';
import {
  agentOf,
  approval,
  attach,
  chinaDay,
  grantMandate,
  itemsOfTownship,
  makeApplicant,
  submissionOf,
} from './papers.js';
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
/** How many villages and townships the demonstration's people are at; at the second one villages join. */
const stationCount = 3;
const newAt = 1;
const passwordBytes = 18;

/** Of villages that no list has yet: for the shared host, for a machine of its own, for another code of the first. */
const newVillages = (township: string): NodeCode[] =>
  ['297', '298', '299'].map((digits) => nodeCode(`${township.slice(0, 9)}${digits}`));

const tierOfHost = {
  village: 'village',
  township: 'township',
  district: 'district',
  city: 'city',
  'provincial-gateway': 'province',
} as const satisfies Record<HostName, string>;

let running: RunningCity;

/** Stations at villages that are there from the beginning. */
const established = (): Station[] => running.stations.slice(0, stationCount);

beforeAll(async () => {
  running = await runCity({
    persons: (stations) => newVillages(stations[newAt]!.township).map((village) => agentAt(village)),
  });
}, cityTimeoutMs);

afterAll(async () => {
  await running?.city.dispose();
}, stopTimeoutMs);

describe('a township that gets a machine of its own while its villages go on working', () => {
  let load: Load;
  let own: OwnHost;
  let args: readonly string[];

  beforeAll(async () => {
    const { city, office } = running;
    load = await Load.prepare(office, established());
    const { township } = established()[0]!;
    own = await OwnHost.prepare(city.folder, township, settingsOf(city.folder, 'township'));
    const shared = city.folder.file('secrets', 'township.env');
    args = ['node', 'move', township, '--from', shared, '--to', own.settingsFile];
  }, cityTimeoutMs);

  afterAll(async () => {
    await load?.stop();
    await own?.stop();
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

const agentAt = (node: NodeCode): Person => ({
  ...{ username: usernameOf('agent', node), password: randomBytes(passwordBytes).toString('base64url') },
  ...{ name: '新村代办员', roles: ['agent'], division: node },
});

describe('a village that the State establishes, names anew, and merges another into', () => {
  let station: Station;
  let village: NodeCode;
  let join: readonly string[];
  let merge: readonly string[];
  const today = chinaDay();

  beforeAll(() => {
    const { folder } = running.city;
    station = established()[newAt]!;
    village = newVillages(station.township)[0]!;
    const env = (host: HostName): string => folder.file('secrets', `${host}.env`);
    const files = ['--host', env('village'), '--city', env('city')];
    join = [
      ...['node', 'join', village, '--name', '新设村委会', '--approver', usernameOf('approver', station.township)],
      ...['--basis', '民函〔2026〕1号', '--parent', env('township'), ...files],
    ];
    merge = [
      ...['node', 'merge', station.village, '--into', village, '--on', '2026-03-01', '--basis', '民政部公告', ...files],
    ];
  });

  it(
    'joins by one command, killed after each step, and begins to work',
    async () => {
      const { office, city, databases } = running;
      const { township } = station;
      expect((await office.get(undefined, village, '/items')).json?.['code']).toBe('node.unknown');
      for (const told of ['密钥已在', '已同意并签名', '已列入全市公钥目录', '已列入全市区划名单'])
        await killedAfter(running, join, told);
      const joined = await commandLine(city.folder, join, {});
      expect([joined.status, joined.stderr]).toEqual([0, '']);
      expect(joined.stdout).toContain('已加入，可以受理');
      expect((await commandLine(city.folder, join, {})).status).toBe(0);
      const approvals = await databases.query('township', 'select node, child, approver from node_approval');
      expect(approvals).toEqual([{ node: township, child: village, approver: usernameOf('approver', township) }]);
      const record = await submitAt(running, village, township);
      await finishAt(running, township, record);
      for (const host of ['village', 'township', 'district', 'city', 'provincial-gateway'] as const)
        await until(`${host} to hold the case of the new village`, arrivalTimeoutMs, async () => {
          const rows = await databases.query(host, 'select from entry where record = $1 and type = $2', [
            ...[record, 'case.decided'],
          ]);
          return rows.length > 0 ? true : undefined;
        });
      await until('the province to acknowledge the case', arrivalTimeoutMs, async () => {
        const rows = await databases.query(
          'village',
          `select from entry where node = $1 and record = $2 and type = 'case.reported'
             and facts ->> 'outcome' = 'acknowledged'`,
          [village, record],
        );
        return rows.length > 0 ? true : undefined;
      });
      for (const host of hosts) expect(await journalFaults(databases, host)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'may have a machine of its own with an empty database, which the command waits for',
    async () => {
      const { city, office } = running;
      const node = newVillages(station.township)[1]!;
      const own = await OwnHost.prepare(city.folder, node, settingsOf(city.folder, 'village'));
      const args = join.map((arg, index) =>
        join[index - 1] === '--host'
          ? own.settingsFile
          : arg === village
            ? node
            : arg === '新设村委会'
              ? '独立村委会'
              : arg,
      );
      try {
        await killedAfter(running, args, '现在启动');
        await own.start();
        const joined = await commandLine(city.folder, args, {});
        expect([joined.status, joined.stderr]).toEqual([0, '']);
        office.redirect(node, own.base);
        const record = await submitAt(running, node, station.township);
        await finishAt(running, station.township, record);
        await until('the machine to hold the decision', arrivalTimeoutMs, async () => {
          const rows = await own.query("select from entry where record = $1 and type = 'case.decided'", [record]);
          return rows.length > 0 ? true : undefined;
        });
        const elsewhere = await office.get(undefined, node, '/items');
        expect(elsewhere.status).toBe(200);
        const shared = await office.send(undefined, 'GET', `${office.base('village')}/v1/nodes/${node}/items`);
        expect(shared.json?.['code']).toBe('node.not-hosted');
      } finally {
        await own.stop();
      }
    },
    testTimeoutMs,
  );

  it(
    'bears another name from a day on, and its papers of before the old one',
    async () => {
      const { office, city } = running;
      const rename = (called: string, on: string) =>
        commandLine(
          city.folder,
          [
            ...['node', 'rename', village, '--name', called, '--on', on, '--basis', '民函〔2026〕2号'],
            ...['--city', city.folder.file('secrets', 'city.env')],
          ],
          {},
        );
      const tomorrow = chinaDay(1);
      const done = await rename('更名村委会', tomorrow);
      expect([done.status, done.stderr]).toEqual([0, '']);
      expect((await rename('更名村委会', tomorrow)).status).toBe(0);
      expect((await rename('又一村', today)).status).toBe(1);
      const { changes } = readDivisions(running);
      expect(changes?.map(({ kind, name, on }) => [kind, name, on])).toEqual([
        ['joined', '新设村委会', today],
        ['joined', '独立村委会', today],
        ['renamed', '更名村委会', tomorrow],
      ]);
      // Nothing in keys and links changes: another case begins at once. Until tomorrow the village bears its name of today.
      const other = await submitAt(running, village, station.township);
      const receipt = await office.get(usernameOf('agent', village), village, `/cases/${other}/documents`);
      expect(receipt.status).toBe(200);
      await finishAt(running, station.township, other);
    },
    testTimeoutMs,
  );

  it(
    'takes over from a village that ends by one command, once what comes to that one is finished',
    async () => {
      const { office, city } = running;
      const { township } = station;
      const agent = agentOf(station);
      const submission = await submissionAt(running, station.village, township);
      const open = await send(running, station.village, submission);
      const first = await commandLine(city.folder, merge, {});
      expect(first.stderr).toBe('');
      const refused = await office.command(agent, station.village, '/cases', submission);
      expect([refused.status, refused.json?.['code']]).toEqual([409, 'node.retiring']);
      await finishAt(running, township, open);
      await until('nothing of the village to be on its way', arrivalTimeoutMs, async () => {
        const again = await commandLine(city.folder, merge, {});
        return again.status === 0 ? true : undefined;
      });
      const ended = { node: station.village, successor: village };
      const directory = JSON.parse(readFileSync(city.folder.file('key-directory.json'), 'utf8')) as {
        closed: object[];
      };
      expect(directory.closed).toEqual([{ ...ended, endsOn: '2026-03-01', basis: '民政部公告' }]);
      expect(readDivisions(running).changes?.at(-1)).toMatchObject({ ...ended, kind: 'ended', on: '2026-03-01' });
      expect((await commandLine(city.folder, merge, {})).status).toBe(0);
      for (const [node, by] of [
        [station.village, agent],
        [township, usernameOf('clerk', township)],
      ] as const) {
        const shown = await office.get(by, node, `/cases/${open}`);
        expect([node, shown.status, shown.json?.['status']]).toEqual([node, 200, 'closed']);
      }
      const located = await office.get(usernameOf('clerk', township), township, `/locations/${open}`);
      expect([located.status, located.json?.['owner']]).toEqual([200, township]);
    },
    testTimeoutMs,
  );

  it(
    'gets another code under the same name, by one command',
    async () => {
      const { office, city } = running;
      const code = newVillages(station.township)[2]!;
      const env = (host: HostName): string => city.folder.file('secrets', `${host}.env`);
      const recode = [
        ...['node', 'recode', village, '--to', code, '--on', today, '--basis', '统计用区划代码调整'],
        ...['--approver', usernameOf('approver', station.township), '--host', env('village')],
        ...['--parent', env('township'), '--city', env('city')],
      ];
      await until('the old code to end', arrivalTimeoutMs, async () => {
        const done = await commandLine(city.folder, recode, {});
        expect(done.stderr).toBe('');
        return done.status === 0 ? true : undefined;
      });
      expect(readDivisions(running).changes?.slice(-2)).toMatchObject([
        { kind: 'joined', node: code, name: '新设村委会', replaces: village, on: today },
        { kind: 'ended', node: village, successor: code, on: today },
      ]);
      expect((await office.get(undefined, code, '/items')).status).toBe(200);
      expect((await office.get(usernameOf('agent', village), village, '/cases')).status).toBe(200);
    },
    testTimeoutMs,
  );
});

interface DivisionsFile {
  readonly divisions: readonly object[];
  readonly changes?: readonly {
    readonly kind: string;
    readonly node: string;
    readonly name?: string;
    readonly on: string;
  }[];
}

/** The city's list, as all hosts of the city read it. */
const readDivisions = ({ city }: RunningCity): DivisionsFile =>
  JSON.parse(readFileSync(city.folder.file('divisions.json'), 'utf8')) as DivisionsFile;

async function submissionAt({ office }: RunningCity, village: NodeCode, township: NodeCode) {
  const item = await until(`${village} to offer something`, arrivalTimeoutMs, async () => {
    const [first] = await itemsOfTownship(office, village, township, 1).catch(() => []);
    return first;
  });
  const agent = usernameOf('agent', village);
  const applicant = makeApplicant();
  const mandate = await grantMandate(office, agent, village, applicant, { items: [item.code] });
  const attachments = await attach(office, agent, village, item.required);
  return submissionOf({ item: item.code, applicant, mandate, attachments, form: item.form });
}

/** The record of a case that is sent. */
async function send(running: RunningCity, village: NodeCode, submission: object): Promise<string> {
  const submitted = await running.office.command(usernameOf('agent', village), village, '/cases', submission);
  if (submitted.status !== 201) throw unexpected(`a case at ${village}`, submitted);
  return String(submitted.json?.['record']);
}

/** A case that the township alone handles; its record. */
const submitAt = async (running: RunningCity, village: NodeCode, township: NodeCode): Promise<string> =>
  send(running, village, await submissionAt(running, village, township));

/** Accepted, decided and, where there is something to certify, certified by the township. */
async function finishAt({ office }: RunningCity, township: NodeCode, record: string): Promise<void> {
  const clerk = usernameOf('clerk', township);
  await until('the township to have the case', arrivalTimeoutMs, async () => {
    const accepted = await office.command(clerk, township, `/cases/${record}/acceptance`, {});
    return accepted.status === 201 ? true : undefined;
  });
  const decided = await office.command(
    usernameOf('approver', township),
    township,
    `/cases/${record}/decision`,
    approval,
  );
  if (decided.status !== 201) throw unexpected('a decision', decided);
  if (decided.json?.['status'] === 'closed') return;
  await office.command(clerk, township, `/cases/${record}/certificate`, {});
}

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
