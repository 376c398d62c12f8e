import type { DivisionTree } from '@tongban/domain/division';
import type { ProfileName } from '@tongban/domain/exchange';
import type { Tier } from '@tongban/kernel';
import { orInterrupted, type Progress } from '../progress.js';
import { settingsText } from '../node/env-file.js';
import { appSpecs, settingsOf, tierUrls, urlOfApp, type AppSpec } from './apps.js';
import { provideDatabases } from './databases.js';
import type { Prepared } from './environment.js';
import type { KeptServer } from './kept-server.js';
import { secretMode, writeWhole, type Layout } from './layout.js';
import { hostsOf, type HostName } from './plan.js';
import { choosePorts, takeStartLock, type Ports } from './ports.js';
import { memoryMegabytes, stampOf } from './process-stamp.js';
import { databaseNames, provision } from './provision.js';
import { readProvince } from './province.js';
import { natsProcess, noRun, postgresProcess, readRun, stopLeftOvers, writeRun, type Run } from './run-file.js';
import {
  administratorAccess,
  keepDatabaseServer,
  keepHub,
  openCityLink,
  settledPorts,
  startDatabaseServer,
  startHub,
  type CityLink,
  type Nats,
  type Postgres,
} from './servers.js';
import { type Stack } from './stack.js';
import { provideStreams } from './streams.js';
import { Supervised } from './supervised.js';
import { waitUntilReady } from './ready.js';

export interface StartOptions {
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly divisions: DivisionTree;
  readonly progress: Progress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Everything is up. */
export interface RunningCity {
  readonly urls: ReadonlyMap<Tier, string>;
  readonly identityUrl: string;
  readonly provinceUrl: string;
  /** Under each of them every case is reported. */
  readonly profiles: readonly ProfileName[];
  readonly link: CityLink;
  readonly addresses: Readonly<Record<string, string>>;
  /** MiB of all processes together, ours included. */
  memoryMegabytes(): number;
  /** Names of processes that died too often. */
  failed(): string[];
}

interface Servers {
  readonly postgres: KeptServer<Postgres>;
  readonly nats: KeptServer<Nats>;
  readonly link: CityLink;
}

const addressesOf = (divisions: DivisionTree, ports: Ports, { postgres, nats }: Servers): Record<string, string> => ({
  身份认证: urlOfApp('identity-dev', ports),
  省平台沙箱: urlOfApp('province-sandbox', ports),
  ...Object.fromEntries(hostsOf(divisions).map((host) => [host, urlOfApp(host, ports)])),
  'nats-server': nats.current.url,
  PostgreSQL: `127.0.0.1:${postgres.current.port}`,
});

/** @param changed told each time one of them has died or serves again */
async function startServers(options: StartOptions, ports: Ports, stack: Stack, changed: () => void): Promise<Servers> {
  const { prepared, layout, divisions, progress, signal } = options;
  const keeping = { prepared, layout, changed, tell: (text: string): void => progress.warn(text) };
  progress.step('启动 PostgreSQL 和 nats-server');
  const postgres = keepDatabaseServer(await startDatabaseServer(prepared, layout, ports, progress), keeping);
  stack.add('PostgreSQL', () => postgres.stop());
  orInterrupted(signal);
  const hub = await startHub(prepared, layout, ports, progress);
  const nats = keepHub(hub, keeping, hostsOf(divisions), divisions.city);
  stack.add('nats-server', () => nats.stop());
  const link = await openCityLink(hub.port, ports);
  stack.add('链路代理', () => link.stop());
  return { postgres, nats, link };
}

/** Writes down which processes are ours, each time one begins or ends: what a later start may stop. */
function recorder(layout: Layout, servers: Servers, apps: readonly Supervised[], addresses: Run['addresses']) {
  const stampsOf = (name: string, pid: number) => {
    const stamp = stampOf(pid);
    return stamp === undefined ? [] : [{ name, stamp }];
  };
  return (): void =>
    writeRun(layout, {
      processes: [
        ...stampsOf(postgresProcess, servers.postgres.current.pid),
        ...stampsOf(natsProcess, servers.nats.current.pid),
        ...apps.flatMap(({ name, stamp }) => (stamp === undefined ? [] : [{ name, stamp }])),
      ],
      addresses,
      postgresData: servers.postgres.current.dataDirectory,
    });
}

async function clearLeftOvers({ layout, progress }: StartOptions): Promise<void> {
  const stopped = await stopLeftOvers(layout, true);
  if (stopped.length > 0) progress.warn(`上次运行没有正常停止，已结束遗留进程：${stopped.join('、')}`);
}

/**
 * Starts the whole city; what has been started is on `stack`, also when this throws.
 * @throws Interrupted, or Error naming the process that did not become ready with the end of its log
 */
export async function startCity(options: StartOptions, stack: Stack): Promise<RunningCity> {
  const release = await takeStartLock(options.signal);
  if (release === undefined) options.progress.warn('另有启动程序长时间未完成，不再等待');
  try {
    return await bringUp(options, stack);
  } finally {
    release?.();
  }
}

async function bringUp(options: StartOptions, stack: Stack): Promise<RunningCity> {
  const { prepared, layout, divisions, progress, env, signal } = options;
  const province = readProvince(env);
  const names = databaseNames(divisions, province);
  await clearLeftOvers(options);
  progress.step('准备密钥、口令和示范人员');
  const { passwords } = await provision(layout, divisions, options.now(), progress, names);
  const moved = (name: string, from: number, to: number): void =>
    progress.warn(`端口 ${from}（${name}）已被占用，改用 ${to}`);
  const ports = await choosePorts(settledPorts(layout), moved);
  stack.add('', async () => writeRun(layout, { ...noRun, ...keptOf(readRun(layout)) }));
  const apps: Supervised[] = [];
  let record = (): void => undefined;
  const changed = (): void => record();
  const servers = await startServers(options, ports, stack, changed);
  const addresses = addressesOf(divisions, ports, servers);
  record = recorder(layout, servers, apps, addresses);
  changed();
  progress.step('准备数据库、消息流和消费者');
  const databases = await provideDatabases(servers.postgres.current, passwords, names);
  const hosts = hostsOf(divisions);
  const natsUrl = servers.nats.current.url;
  await provideStreams(natsUrl, hosts, divisions.city, administratorAccess(layout));
  orInterrupted(signal);
  const logLevel = env['TONGBAN_LOG_LEVEL']?.trim() || 'info';
  const specs = appSpecs({
    ...{ prepared, layout, divisions, ports, databases, natsUrl, logLevel },
    settings: settingsOf(env),
    province,
  });
  writeSettings(layout, hosts, specs);
  const tell = (text: string): void => progress.warn(text);
  progress.step(`启动 ${specs.length} 个进程：${specs.map(({ name }) => name).join('、')}`);
  for (const spec of specs) {
    const app = new Supervised({ spec, logFile: layout.log(spec.name), env, tell, changed });
    apps.push(app);
    stack.add(app.name, () => app.stop());
    app.start();
  }
  await waitUntilReady(apps, progress, signal);
  const started = (): number[] => apps.flatMap(({ stamp }) => stamp?.pid ?? []);
  return {
    urls: tierUrls(divisions, ports),
    identityUrl: urlOfApp('identity-dev', ports),
    provinceUrl: urlOfApp('province-sandbox', ports),
    profiles: province.profiles,
    link: servers.link,
    addresses,
    memoryMegabytes: () =>
      memoryMegabytes([process.pid, servers.postgres.current.pid, servers.nats.current.pid, ...started()]),
    failed: () => [...apps, servers.postgres, servers.nats].filter(({ gaveUp }) => gaveUp).map(({ name }) => name),
  };
}

/** The environment of each host, with the passwords of its database: what a command about one of its nodes starts from. */
function writeSettings(layout: Layout, hosts: readonly HostName[], specs: readonly AppSpec[]): void {
  for (const host of hosts) {
    const spec = specs.find(({ name }) => name === host);
    if (spec !== undefined) writeWhole(layout.settings(host), settingsText(spec.env), secretMode);
  }
}

const keptOf = ({ postgresData }: Run): Partial<Run> => (postgresData === undefined ? {} : { postgresData });
