import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@tongban/kernel';
import { isLoopback, type IdentityDevConfig } from './config.js';
import { Persons } from './persons.js';
import { createProvider } from './provider.js';
import { readRealm } from './realm.js';
import { openSigningKey } from './signing-key.js';

const requestTimeoutMs = 10_000;
const shutdownTimeoutMs = 5_000;
const maxConnections = 1_000;

export interface RunningIdentity {
  readonly issuer: string;
  readonly port: number;
  /** Takes no new requests, lets running ones end, and cuts what is left after five seconds. */
  stop(): Promise<void>;
}

export interface ServerParts {
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** A web page elsewhere must not reach this server under a name of its own (DNS rebinding). */
function hostAllowed(request: IncomingMessage, publicHost: string): boolean {
  const host = request.headers.host ?? '';
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  return host === publicHost || isLoopback(name.replace(/^\[|\]$/g, ''));
}

/**
 * Starts the provider.
 * @throws Error when realm, persons or key file are wrong, or the address is taken.
 */
export async function startIdentity(config: IdentityDevConfig, { clock, log }: ServerParts): Promise<RunningIdentity> {
  const realm = await readRealm(config.realmFile);
  const roles = realm.roles.realm.map(({ name }) => name);
  const persons = await Persons.open(config.usersFile, roles, (problem) => log('warn', problem));
  const signingKey = await openSigningKey(config.keyFile);
  const realmPath = `/realms/${realm.realm}`;
  const issuer = `${config.url}${realmPath}`;
  const provider = createProvider({ issuer, realm, persons, signingKey, clock });
  provider.on('server_error', (_, error) => log('error', error.stack ?? error.message));
  const handle = provider.callback();
  const publicHost = new URL(config.url).host;

  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const path = url.split('?')[0];
    if (path === '/health/ready' || path === '/health/live') return answer(response, 200, { status: 'ok' });
    if (!hostAllowed(request, publicHost)) return answer(response, 421, { error: 'misdirected_request' });
    if (!url.startsWith(`${realmPath}/`)) return answer(response, 404, { error: 'not_found' });
    // The library finds the path it is mounted under by comparing the two.
    Object.assign(request, { originalUrl: url, url: url.slice(realmPath.length) });
    handle(request, response).catch((error: unknown) => log('error', String(error)));
  });
  server.requestTimeout = requestTimeoutMs;
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  log('info', `identity-dev serves ${issuer} on ${config.host}:${port}; for development only`);

  return {
    issuer,
    port,
    async stop() {
      const cut = setTimeout(() => server.closeAllConnections(), shutdownTimeoutMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}
