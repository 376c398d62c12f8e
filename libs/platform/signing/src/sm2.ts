import type { JWK } from 'jose';
import { sm2 } from 'sm-crypto-v2';
import { suites, type Signer, type Verifier } from './signer.js';

/**
 * The user ID of GB/T 35276-2017 where both sides have agreed nothing else. `node:crypto` takes an empty one and so
 * neither makes nor accepts such signatures.
 */
const userId = '1234567812345678';
const coordinateBytes = 32;
const curve = 'SM2';
/** GB/T 32918.5: n of the recommended curve; a private key is 1 to n-2. */
const order = BigInt('0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123');

interface Sm2Key {
  readonly keyId: string;
  /** Uncompressed point in hex, with its leading 04. */
  readonly publicKey: string;
  readonly privateKey?: string;
}

const hexOf = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === coordinateBytes ? bytes.toString('hex') : undefined;
};

function isPoint(publicKey: string): boolean {
  try {
    return sm2.verifyPublicKey(publicKey);
  } catch {
    return false;
  }
}

/** RFC 7517 with the curve name `SM2`, coordinates of 32 bytes. Throws when it is not such a key, or no point of it. */
function keyOf(jwk: JWK): Sm2Key {
  const [x, y, d] = [hexOf(jwk.x), hexOf(jwk.y), hexOf(jwk.d)];
  if (jwk.kty !== 'EC' || jwk.crv !== curve || jwk.kid === undefined || x === undefined || y === undefined)
    throw new Error('not an SM2 JWK with kid');
  const publicKey = `04${x}${y}`;
  if (!isPoint(publicKey)) throw new Error('the SM2 JWK is not a point of the curve');
  if (jwk.d === undefined) return { keyId: jwk.kid, publicKey };
  if (d === undefined || BigInt(`0x${d}`) < 1n || BigInt(`0x${d}`) > order - 2n)
    throw new Error('the private part of the SM2 JWK is out of range');
  if (sm2.getPublicKeyFromPrivateKey(d) !== publicKey)
    throw new Error('the parts of the SM2 JWK do not belong together');
  return { keyId: jwk.kid, publicKey, privateKey: d };
}

/**
 * SM2 with SM3 (GB/T 32918.2, GB/T 32905) in software; signatures are r and s, 32 bytes each. A conforming production
 * has a certified machine behind the same interface.
 */
export function sm2Signer(jwk: JWK): Signer {
  const { keyId, publicKey, privateKey } = keyOf(jwk);
  if (privateKey === undefined) throw new Error('the JWK has no private part');
  return {
    suite: suites.sm2,
    keyId,
    sign: async (bytes) =>
      new Uint8Array(Buffer.from(sm2.doSignature(bytes, privateKey, { hash: true, publicKey, userId }), 'hex')),
  };
}

/** The public side. Never throws for a signature, whatever it is. */
export function sm2Verifier(jwk: JWK): Verifier {
  const { keyId, publicKey } = keyOf(jwk);
  return {
    suite: suites.sm2,
    keyId,
    verify: async (bytes, signature) => {
      if (signature.length !== 2 * coordinateBytes) return false;
      try {
        const hex = Buffer.from(signature).toString('hex');
        return sm2.doVerifySignature(bytes, hex, publicKey, { hash: true, userId });
      } catch {
        return false;
      }
    },
  };
}

/** A new key pair as a private JWK. */
export function newSm2Key(kid: string): JWK {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  const part = (hex: string): string =>
    Buffer.from(hex.padStart(2 * coordinateBytes, '0'), 'hex').toString('base64url');
  const x = publicKey.slice(2, 2 + 2 * coordinateBytes);
  const y = publicKey.slice(2 + 2 * coordinateBytes);
  return { kty: 'EC', crv: curve, kid, x: part(x), y: part(y), d: part(privateKey) };
}
