import { webcrypto } from 'node:crypto';
import { ok, refuse, type Result } from '@tongban/kernel';
import { base64url, decodeProtectedHeader, importJWK, type JWK } from 'jose';

/** Signature suites on the way to the province; the value is the `alg` of the JWS. */
export const suites = { ed25519: 'EdDSA' } as const;
export type Suite = (typeof suites)[keyof typeof suites];

/** Signs bytes with a key it does not show: in memory, or in a machine that holds it. */
export interface Signer {
  readonly suite: Suite;
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface Verifier {
  readonly suite: Suite;
  readonly keyId: string;
  verify(bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

const encoder = new TextEncoder();

/** RFC 7797 §3 with `b64` false: the header, a dot and the body's bytes as they are. */
function signingInput(header: string, body: Uint8Array): Uint8Array {
  const head = encoder.encode(`${header}.`);
  const input = new Uint8Array(head.length + body.length);
  input.set(head);
  input.set(body, head.length);
  return input;
}

/** A detached JWS (RFC 7515 app. F, RFC 7797) over exactly these bytes: `header..signature`. */
export async function signDetached(signer: Signer, body: Uint8Array): Promise<string> {
  const header = base64url.encode(JSON.stringify({ alg: signer.suite, kid: signer.keyId, b64: false, crit: ['b64'] }));
  return `${header}..${base64url.encode(await signer.sign(signingInput(header, body)))}`;
}

interface DetachedParts {
  readonly header: string;
  readonly signature: Uint8Array;
  readonly suite: string;
  readonly keyId: string;
}

function readDetached(jws: string): DetachedParts | undefined {
  const match = /^([\w-]+)\.\.([\w-]+)$/.exec(jws);
  if (match === null) return undefined;
  try {
    const { alg, kid, b64, crit } = decodeProtectedHeader(jws);
    if (alg === undefined || kid === undefined || b64 !== false || crit?.length !== 1 || crit[0] !== 'b64')
      return undefined;
    return { header: match[1]!, signature: base64url.decode(match[2]!), suite: alg, keyId: kid };
  } catch {
    return undefined;
  }
}

/**
 * Whose key signed these bytes. Refuses with `link.key` when the key is not among `verifiers` and `link.signature` for
 * everything else: not a detached JWS, another suite than the key's, unknown critical members, other bytes.
 */
export async function verifyDetached(
  jws: string,
  body: Uint8Array,
  verifiers: readonly Verifier[],
): Promise<Result<{ readonly keyId: string }>> {
  const parts = readDetached(jws);
  if (parts === undefined) return refuse('link.signature', '签名不是约定的分离式 JWS');
  const verifier = verifiers.find(({ keyId }) => keyId === parts.keyId);
  if (verifier === undefined) return refuse('link.key', `没有公钥 ${parts.keyId}`);
  if (verifier.suite !== parts.suite) return refuse('link.signature', `签名算法 ${parts.suite} 与公钥不符`);
  const valid = await verifier.verify(signingInput(parts.header, body), parts.signature);
  return valid ? ok({ keyId: parts.keyId }) : refuse('link.signature', '签名与内容不符');
}

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
