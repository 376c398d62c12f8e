import fc from 'fast-check';
import { base64url, exportJWK, flattenedVerify, FlattenedSign, generateKeyPair, importJWK, type JWK } from 'jose';
import { signDetached, verifyDetached } from './detached-jws.js';
import { ed25519Signer, ed25519Verifier } from './ed25519.js';
import type { Signer, Verifier } from './signer.js';

const newKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
};
const body = new TextEncoder().encode('{"批次":"1"}');

describe('detached signature', () => {
  let jwk: JWK;
  let signer: Signer;
  let verifier: Verifier;
  beforeAll(async () => {
    jwk = await newKey('gateway-1');
    signer = await ed25519Signer(jwk);
    verifier = await ed25519Verifier(jwk);
  });

  it('holds for exactly the bytes that were signed', async () => {
    const jws = await signDetached(signer, body);
    expect(await verifyDetached(jws, body, [verifier])).toEqual({ ok: true, value: { keyId: 'gateway-1' } });
    const flips = fc.nat(body.length - 1);
    await fc.assert(
      fc.asyncProperty(flips, async (place) => {
        const other = body.slice();
        other[place]! ^= 1;
        expect(await verifyDetached(jws, other, [verifier])).toMatchObject({ refusal: { code: 'link.signature' } });
      }),
      { numRuns: 10 },
    );
  });

  it('is understood by another implementation, and understands it', async () => {
    const [header = '', , signature = ''] = (await signDetached(signer, body)).split('.');
    const key = await importJWK(jwk, 'EdDSA');
    const { d: _d, ...publicJwk } = jwk;
    const publicKey = await importJWK(publicJwk, 'EdDSA');
    await expect(flattenedVerify({ protected: header, payload: body, signature }, publicKey)).resolves.toBeDefined();
    const theirs = await new FlattenedSign(body)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway-1', b64: false, crit: ['b64'] })
      .sign(key);
    const jws = `${theirs.protected}..${theirs.signature}`;
    expect((await verifyDetached(jws, body, [verifier])).ok).toBe(true);
  });

  it('refuses an unknown key, another suite and what is not a detached JWS', async () => {
    const jws = await signDetached(signer, body);
    expect(await verifyDetached(jws, body, [])).toMatchObject({ refusal: { code: 'link.key' } });
    const signature = jws.split('.')[2]!;
    const forged = (header: object): string => `${base64url.encode(JSON.stringify(header))}..${signature}`;
    const kid = 'gateway-1';
    const bad = [
      forged({ alg: 'none', kid, b64: false, crit: ['b64'] }),
      forged({ alg: 'SM2', kid, b64: false, crit: ['b64'] }),
      forged({ alg: 'EdDSA', kid }),
      forged({ alg: 'EdDSA', kid, b64: false, crit: ['b64', 'exp'] }),
      'a.b.c',
      '',
    ];
    for (const text of bad)
      expect(await verifyDetached(text, body, [verifier])).toMatchObject({ refusal: { code: 'link.signature' } });
  });

  it('refuses another key under the same name, and keys of another kind', async () => {
    const impostor = await ed25519Signer(await newKey('gateway-1'));
    const jws = await signDetached(impostor, body);
    expect(await verifyDetached(jws, body, [verifier])).toMatchObject({ refusal: { code: 'link.signature' } });
    await expect(ed25519Signer({ kty: 'EC', crv: 'SM2', kid: 'x' })).rejects.toThrow('not an Ed25519 JWK');
    const { d: _d, ...publicPart } = jwk;
    await expect(ed25519Signer(publicPart)).rejects.toThrow('no private part');
  });
});
