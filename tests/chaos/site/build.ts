import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CityFolder, hosts, type HostName } from '../../e2e/city.js';
import { addPersons, type Station } from '../../e2e/office.js';
import { DatabaseServer, type DatabaseUrls } from './database-server.js';
import { freePort } from './free-port.js';
import { Hub } from './hub.js';
import { Kept } from './kept.js';
import { cutDivisions, staffFor, stationsIn, type SizeOfCity } from './places.js';
import {
  hostEnvironment,
  identityEnvironment,
  parentOfHost,
  programNames,
  sandboxEnvironment,
  type Addresses,
  type ProgramName,
} from './plan.js';
import { Proxy } from './proxy.js';
import { reapWhenWeDie, type Reaper } from './reaper.js';
import { SmallDisk } from './small-disk.js';

export interface SiteOptions {
  readonly size: SizeOfCity;
  /** The repository, with `dist/apps` built. */
  readonly root: string;
  /** False: hosts reach everything directly, for measurements. */
  readonly lines: boolean;
  /** For Node in front of each program, e.g. to have its processor time profiled. */
  readonly nodeArguments?: readonly string[];
  /** Told what happens to the servers. */
  readonly told: (what: string) => void;
}

/** Everything that a site is made of. */
export interface Parts {
  readonly options: SiteOptions;
  readonly folder: CityFolder;
  readonly databases: ReadonlyMap<HostName | 'province', DatabaseServer>;
  readonly urls: ReadonlyMap<HostName | 'province', DatabaseUrls>;
  readonly hub: Hub;
  readonly lines: ReadonlyMap<string, Proxy>;
  readonly programs: ReadonlyMap<ProgramName, Kept>;
  readonly addresses: Addresses;
  readonly stations: readonly Station[];
  readonly disk: SmallDisk | string;
  readonly clocks: Map<HostName, number>;
  readonly reaper: Reaper;
}

/** Makes folders, keys, persons and programs, and starts the servers; no program runs yet. */
export async function buildParts(options: SiteOptions): Promise<Parts> {
  const folder = await CityFolder.make();
  const tree = cutDivisions(folder.divisionsFile, options.size);
  const stations = stationsIn(tree);
  await folder.provision();
  addPersons(folder, staffFor(stations, knownPersons(folder)));
  const inState = (...names: string[]): string => join(folder.stateDirectory, ...names);
  const disk = options.lines ? SmallDisk.mount(inState('small')) : 'not asked for';
  const reaper = reapWhenWeDie(folder.stateDirectory, disk instanceof SmallDisk ? disk.directory : undefined);
  const smallOr = (host: string, name: string): string =>
    host === 'village' && disk instanceof SmallDisk ? join(disk.directory, name) : inState(`${name}-${host}`);
  const databases = new Map<HostName | 'province', DatabaseServer>();
  const server = { told: options.told, smallLog: disk instanceof SmallDisk };
  for (const name of [...hosts, 'province'] as const) {
    databases.set(name, await DatabaseServer.open(name, smallOr(name, 'postgres'), server));
  }
  const urls = await provideDatabases(folder, databases);
  const certificate = JSON.stringify(folder.file('secrets', 'tls-hub.pem'));
  const secured = `tls { cert_file: ${certificate}, key_file: ${certificate}, timeout: 10 }`;
  const trust = `${secured}\n${readFileSync(folder.file('nats', 'trust.conf'), 'utf8')}`;
  const hub = await Hub.open(inState('nats'), trust, options.told);
  const http = Object.fromEntries(
    await Promise.all(programNames.map(async (name) => [name, await freePort()])),
  ) as Addresses['http'];
  const grpc = Object.fromEntries(
    await Promise.all(hosts.map(async (name) => [name, await freePort()])),
  ) as Addresses['grpc'];
  const lines = await openLines(options.lines, { databases, nats: hub.port, grpc, province: http });
  const addresses = addressesOf({ http, grpc, lines, hub, databases, urls, blobs: (host) => smallOr(host, 'blobs') });
  const clocks = new Map<HostName, number>();
  const programs = makePrograms(options, folder, addresses, clocks);
  return { options, folder, databases, urls, hub, lines, programs, addresses, stations, disk, clocks, reaper };
}

interface Made extends Pick<Parts, 'lines' | 'hub' | 'databases' | 'urls'> {
  readonly http: Addresses['http'];
  readonly grpc: Addresses['grpc'];
  readonly blobs: (host: HostName) => string;
}

/** Through the lines where there are any. */
function addressesOf({ http, grpc, lines, hub, databases, urls, blobs }: Made): Addresses {
  const through = (name: string, otherwise: number): number => lines.get(name)?.port ?? otherwise;
  return {
    http,
    grpc,
    natsOf: (host) => through(`${host} hub`, hub.port),
    parentGrpcOf: (host) => {
      const parent = parentOfHost[host];
      return parent === undefined ? undefined : through(`${host} parent`, grpc[parent]);
    },
    databaseOf: (host) => {
      const { owner, app } = urls.get(host)!;
      const port = through(`${host} database`, databases.get(host)!.port);
      return { owner: withPort(owner, port), app: withPort(app, port) };
    },
    blobsOf: blobs,
    province: through('provincial-gateway province', http['province-sandbox']),
    sandboxDatabase: urls.get('province')!.owner,
  };
}

function knownPersons(folder: CityFolder): Set<string> {
  const persons = JSON.parse(readFileSync(folder.file('secrets', 'demo-users.json'), 'utf8')) as { username: string }[];
  return new Set(persons.map(({ username }) => username));
}

async function provideDatabases(folder: CityFolder, databases: ReadonlyMap<HostName | 'province', DatabaseServer>) {
  const passwords = JSON.parse(readFileSync(folder.file('secrets', 'databases.json'), 'utf8')) as Record<
    string,
    { owner: string; app: string }
  >;
  const urls = new Map<HostName | 'province', DatabaseUrls>();
  for (const [name, server] of databases) {
    const kept = name === 'province' ? 'province-sandbox' : name;
    urls.set(name, await server.provide(`tongban_${kept.replaceAll('-', '_')}`, passwords[kept]!));
  }
  return urls;
}

interface Targets {
  readonly databases: ReadonlyMap<HostName | 'province', DatabaseServer>;
  readonly nats: number;
  readonly grpc: Addresses['grpc'];
  readonly province: Addresses['http'];
}

/** A line for everything that a host dials, named `<host> <what>`. */
async function openLines(wanted: boolean, { databases, nats, grpc, province }: Targets): Promise<Map<string, Proxy>> {
  const lines = new Map<string, Proxy>();
  if (!wanted) return lines;
  for (const host of hosts) {
    lines.set(`${host} database`, await Proxy.open(databases.get(host)!.port));
    lines.set(`${host} hub`, await Proxy.open(nats));
    const parent = parentOfHost[host];
    if (parent !== undefined) lines.set(`${host} parent`, await Proxy.open(grpc[parent]));
  }
  lines.set('provincial-gateway province', await Proxy.open(province['province-sandbox']));
  return lines;
}

function makePrograms(
  options: SiteOptions,
  folder: CityFolder,
  addresses: Addresses,
  clocks: ReadonlyMap<HostName, number>,
): Map<ProgramName, Kept> {
  const logs = join(folder.stateDirectory, 'logs');
  mkdirSync(logs, { recursive: true });
  chmodSync(folder.stateDirectory, 0o711);
  const realm = join(options.root, 'deploy', 'keycloak', 'realm.json');
  const clock = join(options.root, 'tests', 'chaos', 'site', 'shifted-clock.mjs');
  const environmentOf = (name: ProgramName): Record<string, string> => {
    if (name === 'identity-dev') return identityEnvironment(folder, addresses, realm);
    if (name === 'province-sandbox') return sandboxEnvironment(folder, addresses);
    return hostEnvironment(name, folder, addresses);
  };
  const programs = new Map<ProgramName, Kept>();
  for (const name of programNames) {
    const offset = (): number => clocks.get(name as HostName) ?? 0;
    const cwd = join(folder.stateDirectory, `run-${name}`);
    mkdirSync(cwd, { recursive: true });
    if (hosts.includes(name as HostName)) mkdirSync(addresses.blobsOf(name as HostName), { recursive: true });
    const program = {
      name,
      main: join(options.root, 'dist', 'apps', name, 'main.js'),
      cwd,
      logFile: join(logs, `${name}.log`),
      url: `http://127.0.0.1:${addresses.http[name]}`,
      env: environmentOf(name),
      start: () => {
        const { nodeArguments = [] } = options;
        if (offset() === 0) return { arguments: nodeArguments, env: {} };
        return { arguments: [...nodeArguments, '--import', clock], env: clockEnvironment(offset()) };
      },
    };
    programs.set(name, new Kept(program));
  }
  return programs;
}

const clockEnvironment = (offsetMs: number) => ({ TONGBAN_CHAOS_CLOCK_MS: String(offsetMs) });

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
