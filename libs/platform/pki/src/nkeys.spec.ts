import fc from 'fast-check';
import { newNkey, nkeyFromSeed, type NkeyKind } from './nkeys.js';

const firstLetters: Readonly<Record<NkeyKind, string>> = { operator: 'O', account: 'A', user: 'U' };

describe('nkeys', () => {
  it('are read again from their seed, with the letter of their kind', () => {
    fc.assert(
      fc.property(fc.constantFrom<NkeyKind>('operator', 'account', 'user'), (kind) => {
        const key = newNkey(kind);
        expect(key.seed).toMatch(new RegExp(`^S${firstLetters[kind]}[A-Z2-7]{56}$`));
        expect(key.publicKey).toMatch(new RegExp(`^${firstLetters[kind]}[A-Z2-7]{55}$`));
        const again = nkeyFromSeed(key.seed);
        expect([again.kind, again.publicKey, again.seed]).toEqual([kind, key.publicKey, key.seed]);
        expect(again.sign(Buffer.from('x'))).toEqual(key.sign(Buffer.from('x')));
      }),
      { numRuns: 20 },
    );
  });

  // From the documentation of nkeys: seed and public key belong together.
  it('are those of other programs', () => {
    const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
    expect(nkeyFromSeed(seed).publicKey).toBe('UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4');
  });

  it('are refused when any letter was mistyped', () => {
    const { seed } = newNkey('user');
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    for (let at = 0; at < seed.length; at++)
      for (const other of letters.replace(seed[at]!, ''))
        expect(() => nkeyFromSeed(seed.slice(0, at) + other + seed.slice(at + 1))).toThrow('nkey seed');
    expect(() => nkeyFromSeed('')).toThrow();
    expect(() => nkeyFromSeed(seed.toLowerCase())).toThrow();
  });
});
