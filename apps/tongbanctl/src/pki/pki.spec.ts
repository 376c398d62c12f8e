import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCredentials, readRevocations } from '@tongban/platform/pki';
import { UsageError } from '../arguments.js';
import { fixtureCity } from '../divisions.fixture.js';
import { layoutOf } from '../city/layout.js';
import { parsePkiCommand } from './arguments.js';
import { serialOf } from './certificates.js';
import { pkiFiles } from './files.js';
import { cityHost, provideIdentities } from './hosts.js';
import { runPki } from './run.js';

const now = Date.parse('2026-11-22T04:00:00Z');
const dayMs = 86_400_000;

describe('tongbanctl pki', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pki-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const layout = layoutOf(directory, fixtureCity);
  const files = pkiFiles(layout);

  async function pki(words: string, at = now): Promise<string> {
    const told: string[] = [];
    const command = parsePkiCommand(['pki', ...words.split(' '), '--city', fixtureCity])!;
    expect(await runPki(command, { TONGBAN_STATE_DIR: directory }, at, (line) => told.push(line))).toBe(0);
    return told.join('\n');
  }
  const keyOf = (host: string): string => readCredentials(readFileSync(files.credentials(host), 'utf8')).key;
  const serial = (host: string): string => serialOf(readFileSync(files.certificate(host), 'utf8'));
  const revoked = async (): Promise<string[]> => [
    ...(await readRevocations(readFileSync(files.revocations, 'utf8'), [
      readFileSync(files.authorityCertificate, 'utf8'),
    ])),
  ];

  it('issues credentials and a certificate, for their owner alone, and shows them without secrets', async () => {
    await pki('init');
    const told = await pki('issue --host village-1 --tier village --nodes 371102001001 --json');
    expect(JSON.parse(told)).toMatchObject({ inboxConsumer: 'host_village_371102001001' });
    for (const file of [
      files.credentials('village-1'),
      files.certificate('village-1'),
      files.authority,
      files.hubSecrets,
    ])
      expect(statSync(file).mode & 0o777).toBe(0o600);
    const shown = await pki('show');
    expect(shown).toContain(keyOf('village-1'));
    expect(shown).toContain(serial('village-1'));
    expect(shown).toContain('tongban:village:371102001001');
    expect(shown).not.toMatch(/\bS[UAO][A-Z2-7]{56}\b|PRIVATE/);
  });

  it('keeps what is good, and renews what is near its end', async () => {
    const hosts = [cityHost('village', fixtureCity)];
    await provideIdentities(layout, fixtureCity, hosts, now);
    const before = [keyOf('village'), serial('village')];
    await provideIdentities(layout, fixtureCity, hosts, now + 300 * dayMs);
    expect([keyOf('village'), serial('village')]).toEqual(before);
    await provideIdentities(layout, fixtureCity, hosts, now + 341 * dayMs);
    expect(keyOf('village')).not.toBe(before[0]);
    expect(serial('village')).not.toBe(before[1]);
  });

  it('renews by name, and revokes what was before, or everything', async () => {
    const before = [keyOf('village-1'), serial('village-1')] as const;
    await pki('renew --host village-1');
    expect([keyOf('village-1'), serial('village-1')]).not.toEqual(before);
    expect(await revoked()).toEqual([]);
    await pki('revoke --host village-1 --old');
    expect(await revoked()).toEqual([before[1]]);
    const secrets = JSON.parse(readFileSync(files.hubSecrets, 'utf8')) as { revoked: Record<string, number> };
    expect(Object.keys(secrets.revoked)).toEqual([before[0]]);
    const trust = readFileSync(files.hubTrust, 'utf8').split('\n').at(-3)!.split('.')[1]!;
    expect(Buffer.from(trust, 'base64url').toString()).toContain(before[0]);
    await pki('revoke --host village-1');
    expect(await revoked()).toHaveLength(2);
    await expect(pki('revoke --host village-1')).rejects.toThrow('没有可吊销');
    await expect(pki('renew --host village-1')).rejects.toThrow('没有为 village-1');
  });

  it('gives a host whose place has changed new ones', async () => {
    const before = serial('village');
    const moved = { ...cityHost('village', fixtureCity), uris: ['tongban:village:371102*'] };
    await provideIdentities(layout, fixtureCity, [moved], now);
    expect(serial('village')).not.toBe(before);
  });

  it.each([
    ['', '不能是 空'],
    ['issue --host a --tier village', '缺少 --nodes'],
    ['issue --host A --tier village --nodes 371102001001', '小写字母'],
    ['issue --host a --tier hamlet --nodes 371102001001', '--tier'],
    ['issue --host a --tier village --nodes 371102001000', '本级'],
    ['issue --host a --tier village --nodes 37110*', '本级'],
    ['revoke', '缺少 --host'],
    ['show extra', '多余的参数'],
    ['show --city 371102000000', '--city'],
  ])('says what is wrong with %p', (words, why) => {
    const args = ['pki', ...words.split(' ').filter((word) => word !== '')];
    expect(() => parsePkiCommand(args)).toThrow(UsageError);
    expect(() => parsePkiCommand(args)).toThrow(why);
  });
});
