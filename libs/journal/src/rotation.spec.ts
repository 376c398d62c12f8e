import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import { makeKeyDirectory, makeSecret, parseKeyDirectory, publicPart } from './key-files.js';
import { KeyDirectory, Keystore, type NodeKey } from './keys.js';
import { Sealer } from './sealing.js';

const city = nodeCode('371100000000');
const village = nodeCode('371102001001');
const cityKey = makeSecret(city, 1);
const [first, second] = [makeSecret(village, 1), makeSecret(village, 2)];
const from = 1_000_000;
const until = 1_600_000;
const bytes = Buffer.from('an envelope');
const keys: readonly NodeKey[] = [
  publicPart(cityKey),
  { ...publicPart(first), until },
  { ...publicPart(second), from },
];

function at(now: number) {
  const clock = { now: () => now };
  const directory = new KeyDirectory(keys, [], [], 1, clock);
  return { directory, keystore: new Keystore([first, second], clock, directory) };
}

describe('a node whose key is replaced', () => {
  it('signs with the old key before the new one begins, and with the new one from then on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), (now) => {
        const { directory, keystore } = at(now);
        const signature = keystore.sign(village, bytes);
        expect(signature.keyId).toBe(now < from ? first.keyId : second.keyId);
        expect(directory.findNewest(village)?.keyId).toBe(signature.keyId);
        expect(directory.verify(village, bytes, signature, now)).toEqual({ ok: true });
      }),
    );
  });

  it('is believed with the old key as long as it overlaps, never afterwards', () => {
    const old = new Keystore([first]).sign(village, bytes);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), (signedAt) => {
        const verdict = at(2_000_000).directory.verify(village, bytes, old, signedAt);
        expect(verdict.ok ? 'ok' : verdict.refusal.code).toBe(signedAt < until ? 'ok' : 'link.key-ended');
      }),
    );
    expect(at(0).directory.verify(village, bytes, old, Number.NaN)).toMatchObject({
      refusal: { code: 'link.key-ended' },
    });
  });

  it('opens what was sealed for either key', async () => {
    for (const [now, keyId] of [
      [from - 1, first.keyId],
      [from, second.keyId],
    ] as const) {
      const { directory, keystore } = at(now);
      const sealer = new Sealer(directory, keystore);
      const sealed = await sealer.seal({ name: '王秀英' }, [village]);
      expect(JSON.parse(sealed)).toMatchObject({ recipients: [{ header: { kid: keyId } }] });
      const later = at(until);
      expect(await new Sealer(later.directory, later.keystore).open(sealed, village)).toMatchObject({ ok: true });
    }
  });

  it('signs nothing at a host to which the new key has not come', () => {
    const clock = { now: () => until };
    const directory = new KeyDirectory(keys, [], [], 1, clock);
    const keystore = new Keystore([first], clock, directory);
    expect(() => keystore.sign(village, bytes)).toThrow('node.key-ended');
    keystore.adopt([first, second]);
    expect(keystore.sign(village, bytes).keyId).toBe(second.keyId);
  });

  it('does not use a key that the city has not published', () => {
    const directory = new KeyDirectory(keys.slice(0, 2).map(({ until: _, ...key }) => key));
    expect(new Keystore([first, second], undefined, directory).sign(village, bytes).keyId).toBe(first.keyId);
  });
});

describe('a key directory with periods', () => {
  const textOf = (of: readonly NodeKey[], issuedAt = 5) => JSON.stringify(makeKeyDirectory(cityKey, of, issuedAt));

  it('carries them under its signature', () => {
    expect(parseKeyDirectory(textOf(keys), city).find(first.keyId)).toEqual(keys[1]);
    for (const change of [{ until: until + 1 }, { from: 1 }, { until: undefined }]) {
      const file = makeKeyDirectory(cityKey, keys, 5);
      const forged = {
        ...file,
        keys: file.keys.map((key) => (key.keyId === first.keyId ? { ...key, ...change } : key)),
      };
      expect(() => parseKeyDirectory(JSON.stringify(forged), city)).toThrow('not genuine');
    }
  });

  it('takes the place of an older one only, and of one that knows who signed it', () => {
    const directory = parseKeyDirectory(textOf(keys, 5), city);
    expect(() => parseKeyDirectory(textOf(keys, 4), city, directory)).toThrow('older');
    const impostor = makeSecret(city, 1);
    const forged = JSON.stringify(makeKeyDirectory(impostor, [publicPart(impostor), ...keys.slice(1)], 9));
    expect(parseKeyDirectory(forged, city).issuedAt).toBe(9);
    expect(() => parseKeyDirectory(forged, city, directory)).toThrow('not genuine');
    const next = parseKeyDirectory(
      textOf([...keys, publicPart(makeSecret(nodeCode('371102001002'), 1))], 6),
      city,
      directory,
    );
    directory.adopt(next);
    expect(directory.issuedAt).toBe(6);
    expect(directory.findNewest(nodeCode('371102001002'))?.keyId).toBe('371102001002#1');
  });

  it('is not taken from a city key that has ended', () => {
    const before = new KeyDirectory([{ ...publicPart(cityKey), until: 100 }, publicPart(makeSecret(city, 2))]);
    expect(() => parseKeyDirectory(textOf(keys, 200), city, before)).toThrow('replaced');
  });
});
