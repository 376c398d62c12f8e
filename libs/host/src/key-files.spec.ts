import {
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  parseKeystore,
  publicPart,
  type NodeKey,
} from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFiles } from './key-files.js';

const city = nodeCode('371100000000');
const village = nodeCode('371102001001');
const [cityKey, first, second] = [makeSecret(city, 1), makeSecret(village, 1), makeSecret(village, 2)];
const now = Date.now();
const original: readonly NodeKey[] = [publicPart(cityKey), publicPart(first)];
const rotated: readonly NodeKey[] = [
  publicPart(cityKey),
  { ...publicPart(first), until: now - 1 },
  { ...publicPart(second), from: now - 2 },
];

describe('the files of keys of a running host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const files = { city, keystore: join(folder, 'keystore.json'), keyDirectory: join(folder, 'directory.json') };
  const put = (file: string, content: object): void => {
    writeFileSync(`${file}.new`, JSON.stringify(content));
    renameSync(`${file}.new`, file);
  };

  function watched() {
    put(files.keystore, { secrets: [first] });
    put(files.keyDirectory, makeKeyDirectory(cityKey, original, 5));
    const directory = parseKeyDirectory(readFileSync(files.keyDirectory, 'utf8'), city);
    const keystore = parseKeystore(readFileSync(files.keystore, 'utf8'), directory);
    const told: string[] = [];
    let changes = 0;
    const log = (_level: string, message: string, details?: object) =>
      void told.push(`${message} ${JSON.stringify(details)}`);
    const parts = { nodes: [village], keystore, directory, log, changed: () => void changes++ };
    const signer = (): string => keystore.sign(village, Buffer.from('x')).keyId;
    return { watch: new KeyFiles(files, parts), told, signer, changes: () => changes };
  }

  it('are used as soon as both are in place, and nobody is told twice', async () => {
    const { watch, told, signer, changes } = watched();
    await watch.refresh();
    expect([signer(), changes(), told]).toEqual([first.keyId, 0, []]);
    put(files.keystore, { secrets: [first, second] });
    await watch.refresh();
    expect([signer(), changes()]).toEqual([first.keyId, 0]);
    put(files.keyDirectory, makeKeyDirectory(cityKey, rotated, 6));
    await watch.refresh();
    await watch.refresh();
    expect([signer(), changes()]).toEqual([second.keyId, 1]);
    expect(told).toEqual([expect.stringContaining('a new key directory is in use')]);
  });

  it('leave everything as it is when they are damaged, forged, older, or without a key of this host', async () => {
    const { watch, told, signer } = watched();
    await watch.refresh();
    const impostor = makeSecret(city, 1);
    const bad: [string, object, string][] = [
      [files.keyDirectory, makeKeyDirectory(impostor, [publicPart(impostor), ...rotated.slice(1)], 9), 'not genuine'],
      [files.keyDirectory, { ...makeKeyDirectory(cityKey, rotated, 9), issuedAt: 10 }, 'not genuine'],
      [files.keyDirectory, makeKeyDirectory(cityKey, rotated, 4), 'older'],
      [files.keyDirectory, {}, 'issuer'],
      [files.keystore, { secrets: [cityKey] }, `no key of ${village}`],
    ];
    for (const [file, content, why] of bad) {
      const good = readFileSync(file, 'utf8');
      put(file, content);
      told.length = 0;
      await watch.refresh();
      await watch.refresh();
      expect(told).toEqual([expect.stringContaining(why)]);
      expect(signer()).toBe(first.keyId);
      put(file, JSON.parse(good) as object);
      await watch.refresh();
    }
    rmSync(files.keyDirectory);
    await watch.refresh();
    expect(told.at(-1)).toContain('ENOENT');
    expect(signer()).toBe(first.keyId);
  });

  it('say when the key in force has not come to this host', async () => {
    const { watch, told, signer } = watched();
    put(files.keyDirectory, makeKeyDirectory(cityKey, rotated, 6));
    await watch.refresh();
    expect(told[0]).toContain(`keys in force are not in the keystore of this host {"nodes":["${village}"]}`);
    expect(signer).toThrow('node.key-ended');
  });
});
