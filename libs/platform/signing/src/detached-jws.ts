import { ok, refuse, type Result } from '@tongban/kernel';
import { base64url, decodeProtectedHeader } from 'jose';
import type { Signer, Verifier } from './signer.js';

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
