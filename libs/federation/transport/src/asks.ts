import { create } from '@bufbuild/protobuf';
import { AskSchema, type Ask } from '@tongban/contract';
import { framed, sm3, type KeyDirectory, type Keystore } from '@tongban/journal';
import { isNodeCode, ok, parentOf, refuse, type NodeCode, type Result } from '@tongban/kernel';

/** Calls of FederationService that begin with an Ask. */
export type AskName = 'resend' | 'snapshot' | 'compareDigests' | 'locate' | 'mend' | 'conclude';

export const askLimits = {
  /** An ask is taken this long after and before its time: clocks of townships are what they are. */
  validMs: 3_600_000,
  unaryTimeoutMs: 30_000,
  streamTimeoutMs: 600_000,
  /** Without anything coming or going on a stream. */
  idleTimeoutMs: 30_000,
  /** Of one host at the same time; more are told that it is busy. */
  maxConcurrentCalls: 8,
  maxBodyBytes: 1024 * 1024,
} as const;

const domain = 'tongban-ask-1';

const digestOf = (name: AskName, { asker, asked, atMs, body }: Omit<Ask, '$typeName' | 'signature'>): Uint8Array =>
  sm3(framed([domain, name, asker, asked, String(atMs), body]));

/** Who asks whom: a node and its parent. */
export interface AskPair {
  readonly asker: NodeCode;
  readonly asked: NodeCode;
}

export function signAsk(
  keystore: Pick<Keystore, 'sign'>,
  name: AskName,
  { asker, asked }: AskPair,
  body: Uint8Array,
  now: number,
): Ask {
  const plain = { asker, asked, body, atMs: BigInt(now) };
  return create(AskSchema, { ...plain, signature: keystore.sign(asker, digestOf(name, plain)) });
}

/** Refusals: link.author, link.key, link.key-ended, link.signature, request.too-large, request.stale. */
export function checkAsk(
  directory: Pick<KeyDirectory, 'verify'>,
  isHosted: (node: NodeCode) => boolean,
  name: AskName,
  ask: Ask,
  now: number,
): Result<AskPair> {
  const { asker, asked, body, atMs, signature } = ask;
  if (!isNodeCode(asker) || !isNodeCode(asked) || parentOf(asker) !== asked || !isHosted(asked)) {
    return refuse('link.author', `${asker} is no child of a node that is served here`);
  }
  if (body.length > askLimits.maxBodyBytes) return refuse('request.too-large', 'the question is too long');
  if (Math.abs(now - Number(atMs)) > askLimits.validMs)
    return refuse('request.stale', 'the question is not of this hour');
  if (signature === undefined) return refuse('link.signature', 'the question is not signed');
  const { suite, keyId, value } = signature;
  const signed = directory.verify(asker, digestOf(name, ask), { suite, keyId, value }, now);
  return signed.ok ? ok({ asker, asked }) : signed;
}
