import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appSpecs, settingsOf } from '../../apps/tongbanctl/src/city/apps.js';
import { layoutOf } from '../../apps/tongbanctl/src/city/layout.js';
import { hostNames, parentHost, scopesOf } from '../../apps/tongbanctl/src/city/plan.js';
import { usualPorts } from '../../apps/tongbanctl/src/city/ports.js';
import { readProvince } from '../../apps/tongbanctl/src/city/province.js';
import { consumersOf } from '../../apps/tongbanctl/src/city/streams.js';
import { issueCertificate, issueHubUser, newAuthority, newHubSecrets } from '@tongban/platform/pki';
import { readConfig as readSandboxConfig } from '../../apps/province-sandbox/src/config.js';
import { loadGatewayConfig, loadTierConfig } from '../../libs/host/src/config.js';
import { city, compose, composeFolder, interpolated, secretNames, secretPaths, smallCity } from './files.fixture.js';

const { services, secrets, volumes, networks } = compose();
/** What prepare.mjs writes; prepare.spec.ts checks that it does. */
const prepared = {
  TONGBAN_STATE: '/state',
  TONGBAN_UID: '1000',
  TONGBAN_GID: '1000',
  TONGBAN_CITY: city,
  TONGBAN_CITY_SCOPE: '3711*',
  TONGBAN_CITY_CONSUMER: '3711x',
  TONGBAN_GATEWAY: '370000000000',
};

const serviceOf = (name: string) => {
  const service = services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
};

const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(serviceOf(name).environment ?? {}).map(([key, value]) => [
      key,
      interpolated(String(value), prepared),
    ]),
  );

/** What the launcher gives each app: the same names, other values. */
const launched = new Map(
  appSpecs({
    prepared: {
      stateDirectory: '/s',
      natsServer: '/n',
      postgresBinaries: '/p',
      divisionsFile: '/d',
      catalogueDirectory: '/c',
      realmFile: '/r',
      appsDirectory: '/a',
      preload: undefined,
    },
    layout: layoutOf('/s', city),
    divisions: smallCity(),
    ports: usualPorts,
    databases: new Map([...hostNames, 'province-sandbox' as const].map((name) => [name, { owner: 'o', app: 'a' }])),
    natsUrl: 'nats://n',
    logLevel: 'info',
    settings: settingsOf({}),
    province: readProvince({}),
  }).map((spec) => [spec.name as string, Object.keys(spec.env)]),
);
/** Optional, and of use only where a collector and Keycloak stand in the same network. */
const onlyHere = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'TONGBAN_IDENTITY_KEYS_URL'];
const ourApps = [...hostNames, 'province-sandbox'] as const;

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'x');
chmodSync(secretFile, 0o600);
/** Files whose content the configuration looks at. */
const credentials = join(folder, 'credentials');
const identity = join(folder, 'identity.pem');
beforeAll(async () => {
  const wanted = { name: 'host', uris: ['tongban:village:3711*'], now: Date.now(), validMs: 60_000 };
  writeFileSync(identity, (await issueCertificate(await newAuthority('a', Date.now()), wanted)).identity, {
    mode: 0o600,
  });
  const user = { name: 'host', role: 'host', tags: [], now: Date.now(), validMs: 60_000 } as const;
  writeFileSync(credentials, issueHubUser(newHubSecrets(0), user).credentials, { mode: 0o600 });
});
const looked: Readonly<Record<string, string>> = {
  TONGBAN_NATS_CREDENTIALS: credentials,
  TONGBAN_TLS_IDENTITY: identity,
};

/** The environment as the app finds it: after entrypoint.sh, with files and folders of this machine in place. */
function insideOf(name: string): Record<string, string> {
  const entries = Object.entries(environmentOf(name)).map(([key, value]): [string, string] => {
    if (key.endsWith('_FILE')) return [key.slice(0, -'_FILE'.length), 'postgres://u:p@postgres:5432/d'];
    if (value.startsWith('/run/secrets/')) return [key, looked[key] ?? secretFile];
    if (value.startsWith('/hub-log/')) return [key, secretFile];
    return [key, value === '/data' ? folder : value];
  });
  return Object.fromEntries(entries);
}

describe('compose file', () => {
  it.each(['city', 'district', 'township', 'village'] as const)('satisfies the configuration of %s', (name) =>
    expect(() => loadTierConfig(name, insideOf(name))).not.toThrow(),
  );

  it('satisfies the configuration of the gateway and of the sandbox', () => {
    expect(() => loadGatewayConfig(insideOf('provincial-gateway'))).not.toThrow();
    expect(() => readSandboxConfig(insideOf('province-sandbox'))).not.toThrow();
  });

  it.each(ourApps)('gives %s the variables that the launcher gives it', (name) => {
    const given = Object.keys(environmentOf(name)).map((key) => key.replace(/_FILE$/, ''));
    const expected = launched.get(name);
    expect(given.filter((key) => !onlyHere.includes(key)).sort()).toEqual(expected?.toSorted());
  });

  it.each(hostNames)('names nodes, consumers and parent of %s as the administrator does', (name) => {
    const environment = environmentOf(name);
    const consumers = consumersOf(name, city);
    expect(environment['TONGBAN_NODES']).toBe(scopesOf(name, city).join(','));
    expect(environment['TONGBAN_INBOX_CONSUMER']).toBe(consumers.inbox);
    expect(environment['TONGBAN_CATALOGUE_CONSUMER']).toBe(consumers.catalogue);
    const parent = parentHost(name, hostNames);
    expect(environment['TONGBAN_GRPC_PARENT']).toBe(parent && `${parent}:9090`);
    if (parent !== undefined) expect(environmentOf(parent)['TONGBAN_GRPC_LISTEN']).toBe('0.0.0.0:9090');
  });

  it('hands out every file that a variable names', () => {
    for (const name of Object.keys(services)) {
      const paths = Object.values(environmentOf(name)).filter((value) => value.startsWith('/run/secrets/'));
      expect(secretPaths(serviceOf(name))).toEqual(expect.arrayContaining(paths));
    }
  });

  it('declares what it uses and uses what it declares', () => {
    const all = Object.values(services);
    expect([...new Set(all.flatMap(secretNames))].sort()).toEqual(Object.keys(secrets).sort());
    const mounted = all.flatMap((service) => service.volumes ?? []).map((volume) => volume.split(':')[0]!);
    expect(mounted.filter((source) => /^[a-z]/.test(source)).sort()).toEqual(Object.keys(volumes).sort());
    for (const service of all) {
      const joined = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks);
      expect(Object.keys(networks)).toEqual(expect.arrayContaining(joined as string[]));
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
    }
  });

  it('mounts files that exist', () => {
    const files = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0]!)
      .filter((source) => source.startsWith('.'));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect([file, existsSync(join(composeFolder, file))]).toEqual([file, true]);
  });

  it('lets the city’s host read the file that the hub writes its log to, and change nothing there', () => {
    const hubConfig = readFileSync(join(composeFolder, '..', 'nats', 'nats.conf'), 'utf8');
    const written = /^log_file: "(.+)"$/m.exec(hubConfig)?.[1] ?? '';
    const mountOf = (name: string): string[] =>
      (serviceOf(name).volumes ?? []).find((volume) => volume.includes('/hub-log:'))?.split(':') ?? [];
    const [shared, inHub, ...open] = mountOf('nats');
    const [same, inHost, mode] = mountOf('city');
    expect([open, same, mode]).toEqual([[], shared, 'ro']);
    expect(environmentOf('city')['TONGBAN_HUB_LOG']).toBe(written.replace(inHub!, inHost!));
    expect(written.startsWith(`${inHub}/`)).toBe(true);
  });

  it('publishes on loopback only, each port once', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  });

  it('checks the health of everything that stays, where there is a program to do it with', () => {
    const withoutCheck = Object.entries(services)
      .filter(([, { healthcheck, build }]) => healthcheck?.test === undefined && build === undefined)
      .map(([name]) => name);
    expect(withoutCheck).toEqual(['otel']);
    for (const { depends_on: needs = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        if (condition === 'service_healthy') expect(serviceOf(name).healthcheck?.test ?? name).not.toBe(name);
      }
    }
  });

  it('has an image target for every app of ours', () => {
    for (const name of ourApps) {
      const { build } = serviceOf(name);
      expect(build?.args).toEqual({ APP: name });
      const dockerfile = readFileSync(join(composeFolder, build!.context, build!.dockerfile), 'utf8');
      expect(/^ {6}([a-z|-]+)\) ;;/m.exec(dockerfile)?.[1]?.split('|')).toContain(name);
    }
  });
});
