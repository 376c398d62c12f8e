import { webcrypto } from 'node:crypto';
import { importJWK, type JWK } from 'jose';
import { suites, type Signer, type Verifier } from './signer.js';

const algorithm = 'Ed25519';

async function ed25519Key(jwk: JWK, usage: 'private' | 'public'): Promise<{ key: webcrypto.CryptoKey; keyId: string }> {
  if (jwk.kty !== 'OKP' || jwk.crv !== algorithm || jwk.kid === undefined)
    throw new Error('not an Ed25519 JWK with kid');
  const { d, ...publicPart } = jwk;
  if (usage === 'private' && d === undefined) throw new Error('the JWK has no private part');
  const key = await importJWK(usage === 'private' ? jwk : publicPart, suites.ed25519);
  if (key instanceof Uint8Array) throw new Error('not an asymmetric key');
  return { key, keyId: jwk.kid };
}

/** RFC 8032 with a private JWK (RFC 8037) that has a `kid`. Throws when the key is of another kind. */
export async function ed25519Signer(jwk: JWK): Promise<Signer> {
  const { key, keyId } = await ed25519Key(jwk, 'private');
  return {
    suite: suites.ed25519,
    keyId,
    sign: async (bytes) => new Uint8Array(await webcrypto.subtle.sign(algorithm, key, bytes)),
  };
}

/** The public side; a private part of the JWK is not used. Throws when the key is of another kind. */
export async function ed25519Verifier(jwk: JWK): Promise<Verifier> {
  const { key, keyId } = await ed25519Key(jwk, 'public');
  return {
    suite: suites.ed25519,
    keyId,
    verify: (bytes, signature) => webcrypto.subtle.verify(algorithm, key, signature, bytes),
  };
}
