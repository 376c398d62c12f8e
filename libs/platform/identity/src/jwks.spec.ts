import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { parseKeySet, savedKeySet } from './jwks.js';

const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const good = { ...rsa(2048), kid: 'good', use: 'sig', alg: 'RS256' };
const set = (...keys: unknown[]): string => JSON.stringify({ keys });

describe('reading a key set', () => {
  it('keeps RS256 keys and leaves out the rest', () => {
    const others = [
      { ...good, kid: 'enc', use: 'enc', alg: 'RSA-OAEP' },
      { ...good, kid: 'ps', alg: 'PS256' },
      { ...ec, kid: 'ec' },
      { ...rsa(1024), kid: 'short' },
      { ...good, kid: 'odd', n: 'AQAB' },
      { ...good, kid: 'noN', n: undefined },
      { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
      { ...good, kid: undefined },
      null,
      'key',
    ];
    const parsed = parseKeySet(set(...others, good, { ...rsa(2048), kid: 'good' }));
    expect([...parsed.byId.keys()]).toEqual(['good']);
    expect(parsed.byId.get('good')?.export({ format: 'jwk' }).n).toBe(good.n);
  });

  it('saves public members only, with the time', () => {
    const parsed = parseKeySet(set({ ...good, d: 'private', x5c: ['certificate'] }));
    const saved = savedKeySet(parsed, 1234);
    expect(saved).not.toMatch(/private|certificate/);
    expect(parseKeySet(saved)).toMatchObject({ fetchedAt: 1234, keys: [good] });
  });

  it.each(['', '<html>', 'null', '[]', '{}', '{"keys":{}}', '{"keys":[]}', set(ec), set(...Array(33).fill(good))])(
    'refuses %.20s',
    (text) => {
      expect(() => parseKeySet(text)).toThrow(/key set/);
    },
  );

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseKeySet(text)).toThrow(/key set/);
        expect(() => parseKeySet(`{"keys":[${text}]}`)).toThrow(/key set/);
      }),
      { numRuns: 200 },
    );
  });
});
