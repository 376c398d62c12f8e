import { X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeyDirectory, parseKeystore } from '@tongban/journal';
import { readCredentials } from '@tongban/platform/pki';
import { layoutOf } from '../../apps/tongbanctl/src/city/layout.js';
import { provision } from '../../apps/tongbanctl/src/city/provision.js';
import { city, compose, composeFolder, interpolated, smallCity } from './files.fixture.js';

const timeoutMs = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = join(folder, 'deploy', city);
const quiet = { step: () => undefined, note: () => undefined, warn: () => undefined };

const prepare = (...args: string[]) =>
  spawnSync(process.execPath, [join(composeFolder, 'prepare.mjs'), '--from', folder, ...args], {
    encoding: 'utf8',
    timeout: timeoutMs,
  });

const contentOf = (name: string): string => readFileSync(join(out, name), 'utf8');
const environment = (): Record<string, string> =>
  Object.fromEntries(
    contentOf('compose.env')
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );

describe('prepare.mjs', () => {
  it('says what is missing before there is anything to prepare', () => {
    const { status, stderr } = prepare();
    expect(status).not.toBe(0);
    expect(stderr).toContain('npm start');
  });

  it('makes every file that the compose file names, secrets closed', async () => {
    await provision(layoutOf(folder, city), smallCity(), 0, quiet);
    writeFileSync(join(folder, `divisions-${city}.json`), '{}');
    expect(prepare()).toMatchObject({ status: 0, stderr: '' });
    const { secrets } = compose();
    for (const { file } of Object.values(secrets)) {
      const found = statSync(interpolated(file, environment()));
      expect(found.size).toBeGreaterThan(0);
      if (/keystore|url|province-key|signing|hub-|tls-identity/.test(file)) expect(found.mode & 0o777).toBe(0o600);
    }
    expect(statSync(out).mode & 0o777).toBe(0o700);
    expect(Number(environment()['TONGBAN_UID'])).toBeGreaterThan(0);
    const hubLog = statSync(join(out, 'hub-log'));
    expect([hubLog.mode & 0o7777, hubLog.gid]).toEqual([0o2750, Number(environment()['TONGBAN_GID'])]);
  });

  it('hands on credentials of the hub and whom it trusts', () => {
    expect(readCredentials(contentOf('village-hub-credentials')).name).toBe('village');
    expect(readCredentials(contentOf('hub-administrator')).name).toBe('administrator');
    expect(contentOf('hub-trust.conf')).toContain('resolver_preload');
    expect(new X509Certificate(contentOf('hub-tls.pem')).subjectAltName).toBe('URI:tongban:hub, DNS:hub.tongban');
    expect(contentOf('hub-tls.pem')).toContain('PRIVATE KEY');
  });

  it('hands on genuine keys and fitting passwords', () => {
    expect(parseKeystore(contentOf('village-keystore')).nodes()).toEqual(['371102001001']);
    expect(parseKeyDirectory(contentOf('key-directory'), city).findNewest(city)?.keyId).toBe(`${city}#1`);
    const passwords = JSON.parse(contentOf('databases.json')) as Record<string, { owner: string; app: string }>;
    const url = new URL(contentOf('provincial-gateway-database-url'));
    expect(url.username).toBe('tongban_provincial_gateway_app');
    expect(url.password).toBe(passwords['provincial-gateway']?.app);
    expect(passwords['keycloak']?.owner).toBe(contentOf('keycloak-database-password'));
  });

  it('keeps passwords when it runs again', () => {
    const before = contentOf('postgres-password');
    expect(prepare().status).toBe(0);
    expect(contentOf('postgres-password')).toBe(before);
  });

  it('refuses what is no city', () => expect(prepare('--city', '371102000000').status).not.toBe(0));
});
