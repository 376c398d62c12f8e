import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSecret, parseKeyDirectory, readKeyDirectory, type KeyDirectory } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { fixtureCity, smallCity } from '../divisions.fixture.js';
import { parsePkiCommand } from '../pki/arguments.js';
import { runPki } from '../pki/run.js';
import { provideEscrow } from './escrow.js';
import { keystoreOf, provideNodeKeys, writeKeystore } from './keys.js';
import { layoutOf, makeFolders } from './layout.js';
import { rotateKey, rotationLimits, type Rotation } from './rotation.js';

const now = Date.parse('2026-11-22T04:00:00Z');
const { leadMs, overlapMs, stolenOverlapMs } = rotationLimits;

describe('tongbanctl pki rotate', () => {
  const state = mkdtempSync(join(tmpdir(), 'rotate-'));
  afterAll(() => rmSync(state, { recursive: true, force: true }));
  const layout = layoutOf(state, fixtureCity);
  const fixtureDivisions = smallCity();
  const [village, other, third] = fixtureDivisions.within(['37*'], 'village').map(({ code }) => code);
  const files = {
    keystore: layout.keystore('village'),
    cityKeystore: layout.keystore('city'),
    directory: layout.keyDirectory,
  };
  const fileNow = () => readKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'));
  const directoryNow = (): KeyDirectory => parseKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'), fixtureCity);
  const rotate = (node = village!, at = now, stolen = false): Rotation =>
    rotateKey(files, { city: fixtureCity, node, now: at, stolen });

  beforeAll(() => {
    makeFolders(layout);
    provideNodeKeys(layout, fixtureDivisions, now - 1);
    provideEscrow(layout, fixtureCity, now - 1);
  });

  it('names a second key that begins later, and the end of the first', async () => {
    const told: string[] = [];
    const command = parsePkiCommand(['pki', 'rotate', '--node', village!, '--city', fixtureCity])!;
    expect(await runPki(command, { TONGBAN_STATE_DIR: state }, now, (line) => told.push(line))).toBe(0);
    expect(told[0]).toContain(`密钥 ${village}#2 自 2026-11-22T04:10:00.000Z 起启用`);
    const [from, until] = [now + leadMs, now + leadMs + overlapMs];
    expect(directoryNow().find(`${village}#1`)).toMatchObject({ until });
    expect(directoryNow().find(`${village}#2`)).toMatchObject({ from });
    expect(keystoreOf(files.keystore).secrets.filter(({ node }) => node === village)).toHaveLength(2);
    expect(statSync(files.keystore).mode & 0o777).toBe(0o600);
    expect(directoryNow().findEscrow()).toBeDefined();
  });

  it('is not done twice before the new key has begun, unless the old one was stolen', () => {
    expect(() => rotate(village, now + 1)).toThrow('不能重复更换');
    const brought = rotate(village, now + 2, true);
    expect(brought).toMatchObject({ keyId: `${village}#2`, from: now + 2, until: now + 2 + stolenOverlapMs });
    expect(directoryNow().find(`${village}#2`)).toMatchObject({ from: now + 2 });
    expect(fileNow().keys.filter(({ node }) => node === village)).toHaveLength(2);
    expect(rotate(village, now + leadMs)).toMatchObject({ keyId: `${village}#3`, replaced: `${village}#2` });
  });

  it('goes on with the key that was made before it was cut off', () => {
    const { secrets, moved } = keystoreOf(files.keystore);
    const left = makeSecret(other!, 2);
    writeKeystore(files.keystore, { secrets: [...secrets, left], moved });
    // A start of the city in between neither publishes nor forgets it.
    provideNodeKeys(layout, fixtureDivisions, now + 5);
    expect(directoryNow().find(left.keyId)).toBeUndefined();
    expect(rotate(other, now + 6).keyId).toBe(left.keyId);
    expect(directoryNow().find(left.keyId)?.signing).toBe(left.signingPublic);
    expect(keystoreOf(files.keystore).secrets.filter(({ node }) => node === other)).toHaveLength(2);
  });

  it('is kept by a start of the city, which signs nothing anew', () => {
    const before = readFileSync(layout.keyDirectory, 'utf8');
    provideNodeKeys(layout, fixtureDivisions, now + 7);
    expect(readFileSync(layout.keyDirectory, 'utf8')).toBe(before);
  });

  it('replaces the city’s own key, and the new one signs what comes after it', () => {
    const cityFiles = { ...files, keystore: files.cityKeystore };
    const at = Date.now();
    const done = rotateKey(cityFiles, { city: fixtureCity, node: fixtureCity, now: at, stolen: true });
    expect(fileNow().signature.keyId).toBe(`${fixtureCity}#1`);
    rotate(third, Math.max(Date.now(), done.from));
    expect(fileNow().signature.keyId).toBe(`${fixtureCity}#2`);
    expect(directoryNow().find(`${third}#2`)).toBeDefined();
  });

  it.each([
    ['a node of another host', nodeCode('371100000000'), '--keystore'],
    ['a node that nobody knows', nodeCode('371199999999'), '没有'],
  ])('says what is wrong with %s', (_what, node, why) => {
    expect(() => rotate(node, Date.now() + 86_400_000)).toThrow(why);
  });
});
