import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import { joinShares, makeEscrow, openEscrowed, parseShare } from './escrow.js';
import { makeKeyDirectory, makeSecret, parseKeyDirectory, publicPart } from './key-files.js';
import { KeyDirectory, Keystore } from './keys.js';
import { Sealer } from './sealing.js';

const city = nodeCode('371100000000');
const township = nodeCode('371102001000');
const secrets = [makeSecret(city, 1), makeSecret(township, 1)];
const { key, shares } = makeEscrow('escrow#1');
const directory = new KeyDirectory(secrets.map(publicPart), [key]);
const sealer = new Sealer(directory, new Keystore(secrets));
const content = { applicant: { name: '王秀英' } };

describe('the escrow of the archive office', () => {
  it('opens every part of a record with both shares, whichever comes first', async () => {
    const sealed = await sealer.seal(content, [township], { escrowed: true });
    for (const [one, other] of [shares, [shares[1], shares[0]] as const]) {
      const joined = joinShares(one, other);
      if (!joined.ok) throw new Error(joined.refusal.detail);
      expect(await openEscrowed(sealed, joined.value)).toEqual({ ok: true, value: content });
    }
  });

  it('is no recipient of what is not a part of a record', async () => {
    const joined = joinShares(...shares);
    if (!joined.ok) throw new Error(joined.refusal.detail);
    expect(await openEscrowed(await sealer.seal(content, [township]), joined.value)).toMatchObject({
      refusal: { code: 'dossier.not-recipient' },
    });
  });

  it('needs two persons: one share twice, or shares of two keys, are refused', () => {
    const [first, second] = shares;
    for (const [one, other] of [
      [first, first],
      [second, second],
      [first, makeEscrow('escrow#1').shares[1]],
      [first, makeEscrow('escrow#2').shares[1]],
    ] as const)
      expect(joinShares(one, other)).toMatchObject({ refusal: { code: 'escrow.share' } });
  });

  it('stays closed to any other value in the place of a share', async () => {
    const sealed = await sealer.seal(content, [township], { escrowed: true });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (guess) => {
        const secret = { ...key, secret: Buffer.from(guess).toString('base64url') };
        expect((await openEscrowed(sealed, secret)).ok).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('finds a share in which anything was changed', () => {
    const text = JSON.stringify(shares[0]);
    expect(parseShare(text)).toEqual({ ok: true, value: shares[0] });
    const flipped = shares[0].value.startsWith('A') ? 'B' : 'A';
    const changed = { ...shares[0], value: `${flipped}${shares[0].value.slice(1)}` };
    for (const wrong of ['', '{', '{}', JSON.stringify(changed), JSON.stringify({ ...shares[0], number: 2 })])
      expect(parseShare(wrong)).toMatchObject({ refusal: { code: 'escrow.share' } });
  });

  it('is published in the directory that the city signs, where nobody else can put a key of his own', () => {
    const file = makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 5, [key]);
    expect(parseKeyDirectory(JSON.stringify(file), city).findEscrow()).toEqual(key);
    const without = makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 5);
    expect(parseKeyDirectory(JSON.stringify(without), city).findEscrow()).toBeUndefined();
    for (const forged of [
      { ...file, escrow: [makeEscrow('escrow#1').key] },
      { ...file, escrow: undefined },
      { ...without, escrow: [key] },
    ])
      expect(() => parseKeyDirectory(JSON.stringify(forged), city)).toThrow('not genuine');
  });
});

describe('a key that was replaced', () => {
  const next = makeSecret(township, 2);

  it('still opens what was sealed for it, and the new one what is sealed now', async () => {
    const old = await sealer.seal(content, [township]);
    const renewed = new Sealer(new KeyDirectory([...secrets, next].map(publicPart)), new Keystore([...secrets, next]));
    expect(await renewed.open(old, township)).toEqual({ ok: true, value: content });
    const now = await renewed.seal(content, [township]);
    expect(JSON.parse(now)).toMatchObject({ recipients: [{ header: { kid: next.keyId } }] });
    expect(await renewed.open(now, township)).toEqual({ ok: true, value: content });
    expect(await sealer.open(now, township)).toMatchObject({ refusal: { code: 'dossier.not-recipient' } });
  });

  it('no longer signs, and its signatures stay good', () => {
    const bytes = Buffer.from('bytes');
    const keystore = new Keystore([...secrets, next]);
    const directoryNow = new KeyDirectory([...secrets, next].map(publicPart));
    expect(keystore.sign(township, bytes).keyId).toBe(next.keyId);
    expect(directoryNow.verify(township, bytes, new Keystore(secrets).sign(township, bytes), 0).ok).toBe(true);
    expect(keystore.find(city, next.keyId)).toBeUndefined();
    // What codes and pseudonyms are derived from does not change with the key in use.
    expect(keystore.getFirst(township)).toEqual(new Keystore(secrets).get(township));
  });
});

describe('a part whose keys were destroyed', () => {
  it('opens for nobody, with no key', async () => {
    const sealed = await sealer.seal(content, [township], { escrowed: true });
    const erased = JSON.stringify({ ...(JSON.parse(sealed) as object), recipients: [] });
    expect(await sealer.open(erased, township)).toMatchObject({ refusal: { code: 'dossier.erased' } });
    const joined = joinShares(...shares);
    if (!joined.ok) throw new Error(joined.refusal.detail);
    expect(await openEscrowed(erased, joined.value)).toMatchObject({ refusal: { code: 'dossier.erased' } });
  });
});
