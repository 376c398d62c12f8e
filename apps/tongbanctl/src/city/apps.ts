import { join } from 'node:path';
import type { DivisionTree } from '@tongban/domain/division';
import type { DatabaseName, DatabaseUrls } from './databases.js';
import { pkiFiles } from '../pki/files.js';
import type { Prepared } from './environment.js';
import type { Layout } from './layout.js';
import { hostsOf, hostTier, parentHost, scopesOf, type AppName, type HostName } from './plan.js';
import { loopback, type PortName, type Ports } from './ports.js';
import { gatewayProvinceEnv, sandboxProvinceEnv, type ProvinceSettings } from './province.js';
import { consumersOf } from './streams.js';

/** A process to start. */
export interface AppSpec {
  readonly name: AppName;
  readonly main: string;
  readonly preload: string | undefined;
  readonly heapMegabytes: number;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface AppInputs {
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly divisions: DivisionTree;
  readonly ports: Ports;
  readonly databases: ReadonlyMap<DatabaseName, DatabaseUrls>;
  readonly natsUrl: string;
  readonly logLevel: string;
  /** What an operator sets for all hosts. */
  readonly settings: Readonly<Record<string, string>>;
  readonly province: ProvinceSettings;
}

/** Variables of docs/architecture.md that a started city takes from whoever starts it. */
const settable = [
  'TONGBAN_CALENDAR',
  'TONGBAN_DEFAULT_RATING_DAYS',
  'TONGBAN_FEEDBACK_TERMS',
  'TONGBAN_REQUESTS_PER_MINUTE',
  'TONGBAN_TRUSTED_PROXIES',
] as const;

export const settingsOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(settable.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

const httpPort: Readonly<Record<AppName, PortName>> = {
  'identity-dev': 'identityHttp',
  'province-sandbox': 'sandboxHttp',
  city: 'cityHttp',
  'provincial-gateway': 'gatewayHttp',
  district: 'districtHttp',
  township: 'townshipHttp',
  village: 'villageHttp',
};
const grpcPort: Readonly<Record<HostName, PortName | undefined>> = {
  'provincial-gateway': 'gatewayGrpc',
  city: 'cityGrpc',
  district: 'districtGrpc',
  township: 'townshipGrpc',
  village: undefined,
};
/** Bounds of V8's heap: all processes together stay far below 2.5 GB. */
const heapMegabytes: Readonly<Record<AppName, number>> = {
  'identity-dev': 128,
  'province-sandbox': 128,
  city: 320,
  'provincial-gateway': 256,
  district: 256,
  township: 320,
  village: 448,
};

const at = (port: number): string => `${loopback}:${port}`;
export const urlOfApp = (name: AppName, ports: Ports): string => `http://${at(ports[httpPort[name]])}`;

/** Below the city everything goes through the proxies that the main job cuts. */
const isBehindTheCut = (host: HostName): boolean => host !== 'city' && host !== 'provincial-gateway';

function databaseEnv(name: DatabaseName, { databases }: AppInputs): Record<string, string> {
  const urls = databases.get(name);
  if (urls === undefined) throw new Error(`no database for ${name}`);
  return { TONGBAN_DATABASE_URL: urls.app, TONGBAN_DATABASE_OWNER_URL: urls.owner };
}

function parentAddress(host: HostName, hosts: readonly HostName[], ports: Ports): string | undefined {
  const parent = parentHost(host, hosts);
  const port = parent && grpcPort[parent];
  if (parent === undefined || port === undefined) return undefined;
  return at(parent === 'city' ? ports.cityGrpcProxy : ports[port]);
}

function hostEnv(host: HostName, inputs: AppInputs): Record<string, string> {
  const { layout, divisions, ports } = inputs;
  const { city } = divisions;
  const consumers = consumersOf(host, city);
  const grpc = grpcPort[host];
  const parent = parentAddress(host, hostsOf(divisions), ports);
  const identity = pkiFiles(layout);
  const isGateway = host === 'provincial-gateway';
  return {
    ...inputs.settings,
    ...databaseEnv(host, inputs),
    TONGBAN_CITY: city,
    TONGBAN_NODES: scopesOf(host, city).join(','),
    TONGBAN_DIVISIONS: layout.divisions,
    TONGBAN_NATS_URL: isBehindTheCut(host) ? `nats://${at(ports.natsProxy)}` : inputs.natsUrl,
    TONGBAN_NATS_CREDENTIALS: identity.credentials(host),
    ...(host === 'city' ? { TONGBAN_HUB_LOG: join(layout.nats, 'nats.log') } : {}),
    TONGBAN_TLS_IDENTITY: identity.certificate(host),
    TONGBAN_TLS_AUTHORITY: identity.authorityCertificate,
    TONGBAN_TLS_REVOCATIONS: identity.revocations,
    TONGBAN_INBOX_CONSUMER: consumers.inbox,
    TONGBAN_CATALOGUE_CONSUMER: consumers.catalogue,
    ...(grpc === undefined ? {} : { TONGBAN_GRPC_LISTEN: at(ports[grpc]) }),
    ...(parent === undefined ? {} : { TONGBAN_GRPC_PARENT: parent }),
    TONGBAN_KEYSTORE: layout.keystore(host),
    TONGBAN_KEY_DIRECTORY: layout.keyDirectory,
    TONGBAN_BLOB_DIR: layout.blobs(host),
    TONGBAN_IDENTITY_URL: urlOfApp('identity-dev', ports),
    TONGBAN_IDENTITY_REALM: 'tongban',
    TONGBAN_IDENTITY_AUDIENCE: 'tongban-api',
    // The second trades passwords for tokens: the demonstration's persons have no browser.
    TONGBAN_IDENTITY_CLIENTS: 'tongban-console,tongban-demo',
    // Nobody pays real money in a demonstration.
    TONGBAN_PAYMENT_PROVIDER: 'sandbox',
    ...(isGateway
      ? {
          TONGBAN_PROVINCE_URL: urlOfApp('province-sandbox', ports),
          TONGBAN_PROVINCE_KEY: layout.provinceKey,
          TONGBAN_DEMONSTRATION_CODES: 'allowed',
          TONGBAN_PROVINCE_RECEIPT_KEYS: layout.provinceReceiptKeys,
          ...gatewayProvinceEnv(inputs.province, ports, inputs.databases.get('province-front')?.app),
        }
      : {}),
  };
}

const identityEnv = ({ prepared, layout, ports }: AppInputs): Record<string, string> => ({
  TONGBAN_IDENTITY_LISTEN: at(ports.identityHttp),
  TONGBAN_IDENTITY_URL: urlOfApp('identity-dev', ports),
  TONGBAN_IDENTITY_REALM_FILE: prepared.realmFile,
  TONGBAN_DEMO_USERS: layout.demoUsers,
  TONGBAN_IDENTITY_KEY: layout.identityKey,
});

/** The sandbox makes its own tables at start, so it comes as their owner. */
const sandboxEnv = (inputs: AppInputs): Record<string, string> => ({
  TONGBAN_DATABASE_URL: databaseEnv('province-sandbox', inputs)['TONGBAN_DATABASE_OWNER_URL']!,
  TONGBAN_PROVINCE_CLIENT_KEYS: inputs.layout.provinceClients,
  TONGBAN_PROVINCE_SIGNING_KEY: inputs.layout.provinceSigningKey,
  ...sandboxProvinceEnv(inputs.province, inputs.ports, inputs.databases.get('province-front')?.owner),
});

/** Every process of the city with its environment (docs/architecture.md), in the order of starting. */
export function appSpecs(inputs: AppInputs): AppSpec[] {
  const { prepared, ports, divisions, logLevel } = inputs;
  const spec = (name: AppName, env: Record<string, string>): AppSpec => ({
    name,
    main: join(prepared.appsDirectory, name, 'main.js'),
    preload: prepared.preload,
    heapMegabytes: heapMegabytes[name],
    url: urlOfApp(name, ports),
    env: { ...env, TONGBAN_HTTP_LISTEN: at(ports[httpPort[name]]), TONGBAN_LOG_LEVEL: logLevel },
  });
  return [
    spec('identity-dev', identityEnv(inputs)),
    spec('province-sandbox', sandboxEnv(inputs)),
    ...hostsOf(divisions).map((host) => spec(host, hostEnv(host, inputs))),
  ];
}

/** Base URLs that the main job talks to, by tier. */
export const tierUrls = (divisions: DivisionTree, ports: Ports) =>
  new Map(hostsOf(divisions).map((host) => [hostTier[host], urlOfApp(host, ports)]));
