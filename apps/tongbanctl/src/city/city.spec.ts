import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeyDirectory, parseKeystore } from '@tongban/journal';
import { divisionsOf, fixtureCity, smallCity } from '../divisions.fixture.js';
import { readDemoPeople } from '../demo/people.js';
import { pkiFiles } from '../pki/files.js';
import type { Progress } from '../progress.js';
import { appSpecs, settingsOf } from './apps.js';
import type { DatabaseName } from './databases.js';
import { readPrepared } from './environment.js';
import { layoutOf, type Layout } from './layout.js';
import { hostsOf } from './plan.js';
import { usualPorts } from './ports.js';
import { isRunning, memoryMegabytes, stampOf } from './process-stamp.js';
import { databaseNames, provision } from './provision.js';
import { readProvince } from './province.js';
import { AlreadyRunning, releaseLock, stopLeftOvers, takeLock, writeRun } from './run-file.js';
import { Stack } from './stack.js';
import { backoffMs, Restarts } from './restarts.js';
import { childEnvironment } from './supervised.js';

const silent: Progress = { step: () => undefined, note: () => undefined, warn: () => undefined };
const now = Date.parse('2026-11-20T04:00:00Z');

describe('a city on disk', () => {
  let directory: string;
  let layout: Layout;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tongbanctl-'));
    layout = layoutOf(directory, fixtureCity);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const secrets = (): string[] => [
    ...hostsOf(smallCity()).map((host) => layout.keystore(host)),
    ...[layout.provinceKey, layout.provinceSigningKey, layout.demoUsers, layout.databases],
    ...hostsOf(smallCity()).flatMap((host) => [pkiFiles(layout).credentials(host), pkiFiles(layout).certificate(host)]),
    pkiFiles(layout).authority,
    ...[pkiFiles(layout).hubSecrets, pkiFiles(layout).administratorCredentials],
  ];

  it('gets its secrets once, for us alone', async () => {
    await provision(layout, smallCity(), now, silent);
    const first = secrets().map((file) => readFileSync(file, 'utf8'));
    for (const file of secrets()) expect(statSync(file).mode & 0o777).toBe(0o600);
    await provision(layout, smallCity(), now + 1, silent);
    expect(secrets().map((file) => readFileSync(file, 'utf8'))).toEqual(first);
  });

  it('gets keys for divisions that are new, under the city’s signature, and keeps the old ones', async () => {
    await provision(layout, divisionsOf('371102000000', '371102001000', '371102001001'), now, silent);
    const before = readFileSync(layout.keystore('village'), 'utf8');
    await provision(layout, smallCity(), now, silent);
    const after = readFileSync(layout.keystore('village'), 'utf8');
    expect(after).toContain(before.slice('{"secrets":['.length, -2));
    expect(() => parseKeystore(after)).not.toThrow();
    const keys = parseKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'), fixtureCity);
    for (const node of ['371102001002', '371102000000', '370000000000'] as const) {
      expect(keys.findNewest(node as never)?.keyId).toBe(`${node}#1`);
    }
  });

  it('has one person for each role and node, each with a password of its own', async () => {
    await provision(layout, smallCity(), now, silent);
    const people = [...readDemoPeople(layout.demoUsers).values()];
    expect(people.every(({ roles, division, username }) => username === `${roles[0]}-${division}`)).toBe(true);
    expect(new Set(people.map(({ password }) => password)).size).toBe(people.length);
  });

  it('is held by one launcher at a time, and not by a dead one', async () => {
    await provision(layout, smallCity(), now, silent);
    takeLock(layout);
    expect(() => takeLock(layout)).toThrow(AlreadyRunning);
    const dead = { ...stampOf(process.pid), startTicks: '1' };
    writeFileSync(layout.lockFile, JSON.stringify(dead));
    expect(() => takeLock(layout)).not.toThrow();
    releaseLock(layout);
    takeLock(layout);
  });

  it('stops what a dead launcher left, and nobody else', async () => {
    await provision(layout, smallCity(), now, silent);
    const [left, stranger] = [1, 2].map(() => spawn('sleep', ['60'], { stdio: 'ignore' }));
    const [own, others] = [stampOf(left!.pid!)!, stampOf(stranger!.pid!)!];
    writeRun(layout, {
      addresses: {},
      processes: [
        { name: 'village', stamp: own },
        // The number of a process of ours that has ended, and that somebody else has now.
        { name: 'city', stamp: { ...others, startTicks: '1' } },
      ],
    });
    expect(await stopLeftOvers(layout, true)).toEqual([`village（${own.pid}）`]);
    expect([isRunning(own), isRunning(others)]).toEqual([false, true]);
    stranger!.kill('SIGKILL');
  });
});

describe('the processes of a city', () => {
  const divisions = smallCity();
  const env = {
    ...{ TONGBAN_STATE_DIR: '/state', TONGBAN_NATS_SERVER: '/nats', TONGBAN_POSTGRES_BIN: '/bin' },
    TONGBAN_DIVISIONS: '/divisions.json',
  };
  const specsOf = (tree = divisions, asked: Record<string, string> = {}) => {
    const province = readProvince(asked);
    return appSpecs({
      prepared: readPrepared(env, '/root'),
      layout: layoutOf('/state', fixtureCity),
      divisions: tree,
      ports: usualPorts,
      databases: new Map(
        databaseNames(tree, province).map((name): [DatabaseName, { owner: string; app: string }] => [
          name,
          { owner: `postgres://o@h/${name}`, app: `postgres://a@h/${name}` },
        ]),
      ),
      natsUrl: 'nats://127.0.0.1:18222',
      logLevel: 'info',
      settings: settingsOf({ TONGBAN_CALENDAR: '/etc/tongban/calendar.json', TONGBAN_CITY: 'not this one' }),
      province,
    });
  };
  const envOf = (name: string, tree = divisions, asked: Record<string, string> = {}) =>
    specsOf(tree, asked).find((spec) => spec.name === name)?.env ?? {};

  it('reach the hub and the city through what can be cut, but for the city and the gateway', () => {
    const hubs = hostsOf(divisions).map((host) => envOf(host)['TONGBAN_NATS_URL']);
    const [direct, cut] = ['nats://127.0.0.1:18222', `nats://127.0.0.1:${usualPorts.natsProxy}`];
    expect(hubs).toEqual([direct, direct, cut, cut, cut]);
    expect(envOf('district')['TONGBAN_GRPC_PARENT']).toBe(`127.0.0.1:${usualPorts.cityGrpcProxy}`);
    expect(envOf('village')['TONGBAN_GRPC_PARENT']).toBe(`127.0.0.1:${usualPorts.townshipGrpc}`);
    expect(envOf('village')['TONGBAN_GRPC_LISTEN']).toBeUndefined();
    expect(envOf('provincial-gateway')['TONGBAN_GRPC_PARENT']).toBeUndefined();
  });

  it('find their consumers, nodes and roles of the database', () => {
    expect(envOf('township')).toMatchObject({
      TONGBAN_NODES: '3711*',
      TONGBAN_INBOX_CONSUMER: 'host_township_3711x',
      TONGBAN_CATALOGUE_CONSUMER: 'catalogue_township',
      TONGBAN_DATABASE_URL: 'postgres://a@h/township',
      TONGBAN_DATABASE_OWNER_URL: 'postgres://o@h/township',
    });
    expect(envOf('provincial-gateway')).toMatchObject({
      TONGBAN_NODES: '370000000000',
      TONGBAN_INBOX_CONSUMER: 'host_province_370000000000',
    });
  });

  it('take what an operator may set, and nothing that the city itself decides', () => {
    for (const host of hostsOf(divisions))
      expect(envOf(host)).toMatchObject({ TONGBAN_CALENDAR: '/etc/tongban/calendar.json', TONGBAN_CITY: fixtureCity });
    expect(envOf('identity-dev')['TONGBAN_CALENDAR']).toBeUndefined();
  });

  it('report under one profile, and under several at once where the operator names them', () => {
    const gateway = 'provincial-gateway';
    expect(envOf(gateway)['TONGBAN_PROVINCE_PROFILES']).toBe('national-json');
    expect(envOf(gateway)['TONGBAN_PROVINCE_FRONT_URL']).toBeUndefined();
    expect(envOf('province-sandbox')['TONGBAN_SANDBOX_FRONT_URL']).toBeUndefined();
    expect(databaseNames(divisions, readProvince({}))).not.toContain('province-front');
    const asked = {
      TONGBAN_PROVINCE_PROFILES: 'national-json, national-database,shandong-database,national-grpc',
      TONGBAN_PROVINCE_NUMBERING: 'national-json=service',
      TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
    };
    expect(envOf(gateway, divisions, asked)).toMatchObject({
      TONGBAN_PROVINCE_PROFILES: 'national-json,national-database,shandong-database,national-grpc',
      TONGBAN_PROVINCE_NUMBERING: 'national-json=service',
      TONGBAN_PROVINCE_FRONT_URL: 'postgres://a@h/province-front',
      TONGBAN_PROVINCE_SHANDONG_URL: 'postgres://a@h/province-front',
      TONGBAN_PROVINCE_GRPC: `http://127.0.0.1:${usualPorts.sandboxGrpc}`,
    });
    expect(envOf('province-sandbox', divisions, asked)).toMatchObject({
      TONGBAN_SANDBOX_FRONT_URL: 'postgres://o@h/province-front',
      TONGBAN_SANDBOX_GRPC_LISTEN: `127.0.0.1:${usualPorts.sandboxGrpc}`,
      TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
    });
    expect(envOf('city', divisions, asked)['TONGBAN_PROVINCE_PROFILES']).toBeUndefined();
    const only = { TONGBAN_PROVINCE_PROFILES: 'shandong-database' };
    expect(envOf(gateway, divisions, only)['TONGBAN_PROVINCE_FRONT_URL']).toBeUndefined();
    for (const wrong of ['guangdong', 'national-json,national-json', 'national-json,', 'national-json;national-grpc'])
      expect(() => readProvince({ TONGBAN_PROVINCE_PROFILES: wrong })).toThrow('TONGBAN_PROVINCE_PROFILES');
  });

  it('of a city without districts: townships dial the city', () => {
    const flat = divisionsOf('371100001000', '371100001001');
    expect(hostsOf(flat)).not.toContain('district');
    expect(envOf('township', flat)['TONGBAN_GRPC_PARENT']).toBe(`127.0.0.1:${usualPorts.cityGrpcProxy}`);
  });

  it('say what the environment lacks', () => {
    expect(() => readPrepared({ ...env, TONGBAN_NATS_SERVER: ' ' }, '/root')).toThrow('TONGBAN_NATS_SERVER');
  });

  it('inherit nothing that could change them', () => {
    const own = { PATH: '/bin', NODE_OPTIONS: '--inspect', TONGBAN_LOG_LEVEL: 'debug', OTEL_SERVICE_NAME: 'x' };
    expect(childEnvironment(own, { A: 'b' })).toEqual({
      PATH: '/bin',
      OTEL_SERVICE_NAME: 'x',
      NODE_ENV: 'development',
      A: 'b',
    });
  });

  it('start again with longer and longer pauses, and not for ever', () => {
    expect([1, 2, 3, 4, 5, 6].map(backoffMs)).toEqual([1000, 2000, 4000, 8000, 15_000, undefined]);
  });

  it('start again soon after a long life', () => {
    let now = 0;
    const restarts = new Restarts(() => now);
    const livesFor = (milliseconds: number): number | undefined => {
      restarts.started();
      now += milliseconds;
      return restarts.died();
    };
    expect([livesFor(10), livesFor(10), livesFor(60_001), livesFor(60_000)]).toEqual([1000, 2000, 1000, 2000]);
  });

  it('stop in the reverse order, once, also past a failure', async () => {
    const stack = new Stack();
    const stopped: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      stack.add(name, () => (name === 'b' ? Promise.reject(new Error('stuck')) : Promise.resolve()));
    }
    const failures = stack.stopAll((name) => stopped.push(name));
    expect(await stack.stopAll(() => undefined)).toEqual(await failures);
    expect([stopped, await failures]).toEqual([['c', 'b', 'a'], ['b：stuck']]);
  });

  it('have a size', () => {
    expect(memoryMegabytes([process.pid])).toBeGreaterThan(20);
  });
});
