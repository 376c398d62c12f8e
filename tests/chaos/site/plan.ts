import { join } from 'node:path';
import type { HostName } from '../../e2e/city.js';
import { cityCode } from '../../e2e/city.js';
import type { CityFolder } from '../../e2e/city.js';
import type { DatabaseUrls } from './database-server.js';

export const programNames = [
  'identity-dev',
  'province-sandbox',
  'city',
  'provincial-gateway',
  'district',
  'township',
  'village',
] as const;
export type ProgramName = (typeof programNames)[number];

/** Whom a host dials. */
export const parentOfHost: Readonly<Record<HostName, HostName | undefined>> = {
  'provincial-gateway': undefined,
  city: 'provincial-gateway',
  district: 'city',
  township: 'district',
  village: 'township',
};

export const gatewayNode = `${cityCode.slice(0, 2)}0000000000`;
const scopeOf = (host: HostName): string => (host === 'provincial-gateway' ? gatewayNode : `${cityCode.slice(0, 4)}*`);
const tierNameOf = (host: HostName): string => (host === 'provincial-gateway' ? 'province' : host);

/** Where one program listens and what it reaches others through. */
export interface Addresses {
  readonly http: Readonly<Record<ProgramName, number>>;
  readonly grpc: Readonly<Record<HostName, number>>;
  /** Through the host's own lines. */
  readonly natsOf: (host: HostName) => number;
  readonly parentGrpcOf: (host: HostName) => number | undefined;
  readonly databaseOf: (host: HostName) => Pick<DatabaseUrls, 'owner' | 'app'>;
  readonly blobsOf: (host: HostName) => string;
  readonly province: number;
  readonly sandboxDatabase: string;
}

const at = (port: number): string => `127.0.0.1:${port}`;
const secret = (folder: CityFolder, name: string): string => folder.file('secrets', name);

/** A load has few persons and one address: the bounds for a single one are not what is tried here. */
const unboundedRates = { TONGBAN_REQUESTS_PER_MINUTE: '1000000', TONGBAN_TRUSTED_PROXIES: '127.0.0.1' };

/** The environment of a host (docs/architecture.md, "Configuration"). */
export function hostEnvironment(host: HostName, folder: CityFolder, addresses: Addresses): Record<string, string> {
  const { owner, app } = addresses.databaseOf(host);
  const parent = addresses.parentGrpcOf(host);
  const scope = scopeOf(host);
  const gateway = {
    TONGBAN_PROVINCE_URL: `http://${at(addresses.province)}`,
    TONGBAN_PROVINCE_KEY: secret(folder, 'province-gateway.jwk'),
    TONGBAN_PROVINCE_RECEIPT_KEYS: folder.file('province-receipt-keys.json'),
    TONGBAN_DEMONSTRATION_CODES: 'allowed',
  };
  return {
    TONGBAN_CITY: cityCode,
    TONGBAN_NODES: scope,
    TONGBAN_DIVISIONS: folder.divisionsFile,
    TONGBAN_DATABASE_URL: app,
    TONGBAN_DATABASE_OWNER_URL: owner,
    TONGBAN_NATS_URL: `nats://${at(addresses.natsOf(host))}`,
    TONGBAN_NATS_CREDENTIALS: secret(folder, `hub-${host}.creds`),
    TONGBAN_TLS_IDENTITY: secret(folder, `tls-${host}.pem`),
    TONGBAN_TLS_AUTHORITY: folder.file('authority.pem'),
    TONGBAN_TLS_REVOCATIONS: folder.file('revoked.pem'),
    TONGBAN_INBOX_CONSUMER: `host_${tierNameOf(host)}_${scope.replace('*', 'x')}`,
    TONGBAN_CATALOGUE_CONSUMER: `catalogue_${tierNameOf(host)}`,
    TONGBAN_HTTP_LISTEN: at(addresses.http[host]),
    ...(host === 'village' ? {} : { TONGBAN_GRPC_LISTEN: at(addresses.grpc[host]) }),
    ...(parent === undefined ? {} : { TONGBAN_GRPC_PARENT: at(parent) }),
    TONGBAN_KEYSTORE: secret(folder, `keystore-${host}.json`),
    TONGBAN_KEY_DIRECTORY: folder.file('key-directory.json'),
    TONGBAN_BLOB_DIR: addresses.blobsOf(host),
    TONGBAN_IDENTITY_URL: `http://${at(addresses.http['identity-dev'])}`,
    TONGBAN_IDENTITY_REALM: 'tongban',
    TONGBAN_IDENTITY_AUDIENCE: 'tongban-api',
    TONGBAN_IDENTITY_CLIENTS: 'tongban-console,tongban-demo',
    TONGBAN_LOG_LEVEL: 'info',
    ...unboundedRates,
    ...(host === 'provincial-gateway' ? gateway : {}),
  };
}

export const identityEnvironment = (
  folder: CityFolder,
  { http }: Addresses,
  realmFile: string,
): Record<string, string> => ({
  TONGBAN_HTTP_LISTEN: at(http['identity-dev']),
  TONGBAN_IDENTITY_LISTEN: at(http['identity-dev']),
  TONGBAN_IDENTITY_URL: `http://${at(http['identity-dev'])}`,
  TONGBAN_IDENTITY_REALM_FILE: realmFile,
  TONGBAN_DEMO_USERS: secret(folder, 'demo-users.json'),
  TONGBAN_IDENTITY_KEY: secret(folder, 'identity-key.json'),
  TONGBAN_LOG_LEVEL: 'info',
});

export const sandboxEnvironment = (
  folder: CityFolder,
  { http, sandboxDatabase }: Addresses,
): Record<string, string> => ({
  TONGBAN_HTTP_LISTEN: at(http['province-sandbox']),
  TONGBAN_DATABASE_URL: sandboxDatabase,
  TONGBAN_PROVINCE_CLIENT_KEYS: folder.file('province-clients.json'),
  TONGBAN_PROVINCE_SIGNING_KEY: secret(folder, 'province-signing.jwk'),
  TONGBAN_LOG_LEVEL: 'info',
});

export const folderOf = (folder: CityFolder, ...parts: string[]): string => join(folder.stateDirectory, ...parts);
