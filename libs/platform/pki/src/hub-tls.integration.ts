import { connect } from '@nats-io/transport-node';
import { startNats, type Nats } from '@tongban/platform/local';
import { natsServerBinary } from '@tongban/testkit';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate, newAuthority, type Authority } from './authority.js';
import { hubAccess, hubUri, type HubSecurity } from './hub-access.js';
import { hubTrust, issueHubUser, newHubSecrets, type HubTemplate } from './hub-keys.js';

const testTimeoutMs = 60_000;
const validMs = 3_600_000;
const now = Date.now();
const everything: HubTemplate = { publish: ['>'], subscribe: ['>'] };

const folder = mkdtempSync(join(tmpdir(), 'tongban-hub-tls-'));
const at = (...names: string[]): string => join(folder, ...names);
const secrets = newHubSecrets(now);
const servers: Nats[] = [];
let authority: Authority;

/** A server that shows this certificate, or none. */
async function serverWith(name: string, identity?: string): Promise<Nats> {
  const directory = at(name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'trust.conf'), hubTrust(secrets, { host: everything, administrator: everything }, now));
  if (identity !== undefined) writeFileSync(join(directory, 'tls.pem'), identity, { mode: 0o600 });
  const file = JSON.stringify(join(directory, 'tls.pem'));
  const tls = identity === undefined ? '' : `tls { cert_file: ${file}, key_file: ${file}, timeout: 10 }\n`;
  const server = await startNats({ directory, binary: natsServerBinary(), configExtra: `${tls}include trust.conf` });
  servers.push(server);
  return server;
}

async function certificate(name: string, uris: readonly string[]): Promise<string> {
  const issued = await issueCertificate(authority, { name, uris, now, validMs });
  authority = issued.authority;
  return issued.identity;
}

/** `entered`, or why not. */
async function enter({ url }: Nats, security: HubSecurity): Promise<string> {
  try {
    const access = hubAccess(at('host.creds'), security);
    const connection = await connect({ ...access, servers: url, reconnect: false, timeout: 5_000 });
    await connection.flush();
    await connection.close();
    return 'entered';
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message} ${cause instanceof Error ? cause.message : ''}`;
  }
}

beforeAll(async () => {
  authority = await newAuthority('tongban 371100000000', now);
  writeFileSync(at('authority.pem'), authority.certificate);
  const { credentials } = issueHubUser(secrets, { name: 'host', role: 'host', tags: [], now, validMs });
  writeFileSync(at('host.creds'), credentials, { mode: 0o600 });
}, testTimeoutMs);

afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the way to the hub', () => {
  const known: HubSecurity = { authority: at('authority.pem') };

  it(
    'is encrypted, and entered where the hub’s certificate is shown, whatever its address',
    async () => {
      const hub = await serverWith('hub', await certificate('hub', [hubUri]));
      expect(await enter(hub, known)).toBe('entered');
      expect(await enter(hub, 'off')).not.toBe('entered');
      expect(await enter(hub, { ...known, isRevoked: () => true })).toContain('the certificate of the hub is revoked');
    },
    testTimeoutMs,
  );

  it(
    'is not taken to a host of the city, to the hub of another, or to a server without a certificate',
    async () => {
      const host = await serverWith('host', await certificate('village', ['tongban:village:371102*']));
      expect(await enter(host, known)).toContain('the server that answers is not the hub');
      const another = await newAuthority('tongban 371200000000', now);
      const foreign = await issueCertificate(another, { name: 'hub', uris: [hubUri], now, validMs });
      expect(await enter(await serverWith('foreign', foreign.identity), known)).toMatch(/signature|certificate|issuer/);
      const open = await serverWith('open');
      expect(await enter(open, known)).toContain(`server does not support 'tls'`);
      expect(await enter(open, 'off')).toBe('entered');
    },
    testTimeoutMs,
  );
});
