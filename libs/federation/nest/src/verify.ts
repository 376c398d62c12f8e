import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  EnvelopeBodySchema,
  EnvelopeSchema,
  LinkMessageSchema,
  LinkStatusBodySchema,
  LinkStatusSchema,
  type Envelope,
  type LinkStatus,
} from '@tongban/contract';
import { fromWire, refusalBytes, requestBytes, toWire, type Message } from '@tongban/federation/transport';
import { hashEntry, sm3, type Entry, type KeyDirectory, type Keystore, type SignatureValue } from '@tongban/journal';
import { ok, parentOf, refuse, type Instant, type NodeCode, type Refusal, type Result } from '@tongban/kernel';

export interface OpenEnvelope {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly session: string;
  /** The number before the session's first one. */
  readonly base: number;
  readonly firstSeq: number;
  readonly messages: readonly { readonly message: Result<Message>; readonly payload: () => Uint8Array }[];
}

export interface Standing {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly incarnation: string;
  /** The session that `last` counts in. */
  readonly session: string;
  readonly last: number;
  readonly applied: number;
  /** The receiver's session that `applied` counts in; '' makes the standing a question. */
  readonly appliedSession: string;
  readonly gap: boolean;
  /** The sender was restored and waits for what the receiver holds. */
  readonly recovering: boolean;
  /** The sender, a parent, asks the receiver to compare its records with it. */
  readonly compare: boolean;
}

/** A standing as it came, with the time that its sender's clock showed. */
export type HeardStanding = Standing & { readonly at: number };

type Refused = { readonly ok: false; readonly refusal: Refusal };

const areNeighbours = (left: NodeCode, right: NodeCode): boolean =>
  parentOf(left) === right || parentOf(right) === left;

const signatureOf = (value: Envelope['signature']): SignatureValue => ({
  suite: value?.suite ?? '',
  keyId: value?.keyId ?? '',
  value: value?.value ?? new Uint8Array(),
});

type Signer = Pick<Keystore, 'sign'>;
type Verifier = Pick<KeyDirectory, 'verify'>;

export interface EnvelopeContent {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly session: string;
  readonly base: number;
  readonly firstSeq: number;
  readonly messages: readonly Message[];
}

export function sealEnvelope(keystore: Signer, content: EnvelopeContent): Envelope {
  const { sender, receiver, session, base, firstSeq, messages } = content;
  const body = toBinary(
    EnvelopeBodySchema,
    create(EnvelopeBodySchema, {
      sender,
      receiver,
      incarnation: session,
      baseSeq: BigInt(base),
      firstSeq: BigInt(firstSeq),
      messages: messages.map(toWire),
    }),
  );
  return create(EnvelopeSchema, { sender, receiver, body, signature: keystore.sign(sender, sm3(body)) });
}

/**
 * The sender signs an envelope each time it sends it, so its key has to be in force now: whoever has a replaced key can date
 * what it signs back, and still nothing of it is taken.
 * Refusals: link.author (not neighbours, or the outside differs from the inside), link.key, link.key-ended, link.signature,
 * link.schema.
 */
export function openEnvelope(directory: Verifier, envelope: Envelope, now: Instant): Result<OpenEnvelope> {
  const sender = envelope.sender as NodeCode;
  const receiver = envelope.receiver as NodeCode;
  if (!areNeighbours(sender, receiver)) return refuse('link.author', `${sender} is no neighbour of ${receiver}`);
  const genuine = directory.verify(sender, sm3(envelope.body), signatureOf(envelope.signature), now);
  if (!genuine.ok) return genuine;
  let body;
  try {
    body = fromBinary(EnvelopeBodySchema, envelope.body);
  } catch {
    return refuse('link.schema', 'unreadable envelope body');
  }
  if (body.sender !== sender || body.receiver !== receiver) {
    return refuse('link.author', 'the envelope is addressed otherwise inside');
  }
  return ok({
    sender,
    receiver,
    session: body.incarnation,
    base: Number(body.baseSeq),
    firstSeq: Number(body.firstSeq),
    messages: body.messages.map((wire) => ({
      message: fromWire(wire),
      payload: () => toBinary(LinkMessageSchema, wire),
    })),
  });
}

export function sealStanding(keystore: Signer, standing: Standing, at: number): LinkStatus {
  const body = toBinary(
    LinkStatusBodySchema,
    create(LinkStatusBodySchema, {
      sender: standing.sender,
      receiver: standing.receiver,
      incarnation: standing.incarnation,
      lastSeq: BigInt(standing.last),
      appliedSeq: BigInt(standing.applied),
      appliedIncarnation: standing.appliedSession,
      gap: standing.gap,
      recovering: standing.recovering,
      compare: standing.compare,
      session: standing.session,
      atMs: BigInt(at),
    }),
  );
  const { sender, receiver } = standing;
  return create(LinkStatusSchema, { sender, receiver, body, signature: keystore.sign(sender, sm3(body)) });
}

export function openStanding(directory: Verifier, status: LinkStatus, now: Instant): Result<HeardStanding> {
  const sender = status.sender as NodeCode;
  const receiver = status.receiver as NodeCode;
  if (!areNeighbours(sender, receiver)) return refuse('link.author', `${sender} is no neighbour of ${receiver}`);
  const genuine = directory.verify(sender, sm3(status.body), signatureOf(status.signature), now);
  if (!genuine.ok) return genuine;
  let body;
  try {
    body = fromBinary(LinkStatusBodySchema, status.body);
  } catch {
    return refuse('link.schema', 'unreadable link status');
  }
  if (body.sender !== sender || body.receiver !== receiver) {
    return refuse('link.author', 'the status is addressed otherwise inside');
  }
  return ok({
    sender,
    receiver,
    incarnation: body.incarnation,
    session: body.session === '' ? body.incarnation : body.session,
    last: Number(body.lastSeq),
    applied: Number(body.appliedSeq),
    appliedSession: body.appliedIncarnation,
    gap: body.gap,
    recovering: body.recovering,
    compare: body.compare,
    at: Number(body.atMs),
  });
}

/**
 * Checks every hash, and signatures so that each entry is either signed itself or chained without a gap below one of
 * the same author that is. Returns a refusal per index of a message that must not be applied.
 */
export function verifyMessages(directory: Verifier, messages: readonly (Message | undefined)[]): Map<number, Refused> {
  const refused = new Map<number, Refused>();
  /** The entry that follows within the batch, per record; walking backwards. */
  const following = new Map<string, { entry: Entry; genuine: boolean }>();
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message === undefined) continue;
    const verdict =
      message.kind === 'entry'
        ? verifyEntry(directory, message.entry, following.get(message.entry.record))
        : verifyMessage(directory, message);
    if (!verdict.ok) refused.set(index, verdict);
    if (message.kind === 'entry') following.set(message.entry.record, { entry: message.entry, genuine: verdict.ok });
  }
  return refused;
}

function verifyEntry(
  directory: Verifier,
  entry: Entry,
  next: { entry: Entry; genuine: boolean } | undefined,
): Result<void> {
  if (!hashEntry(entry).equals(entry.hash)) {
    return refuse('link.chain', `entry ${entry.id} does not have the hash it claims`);
  }
  const covered =
    next !== undefined &&
    next.genuine &&
    next.entry.author === entry.author &&
    next.entry.seq === entry.seq + 1 &&
    Buffer.from(next.entry.prevHash).equals(entry.hash);
  return covered ? ok(undefined) : directory.verify(entry.author, entry.hash, entry.signature, entry.recordedAt);
}

function verifyMessage(directory: Verifier, message: Exclude<Message, { kind: 'entry' }>): Result<void> {
  if (message.kind === 'request') {
    const { request } = message;
    return directory.verify(request.origin, sm3(requestBytes(request)), request.signature, request.occurredAt);
  }
  // Carried by the envelope's signature alone: it says nothing about others.
  if (message.kind === 'recovered') return ok(undefined);
  const { refusal } = message;
  return directory.verify(refusal.author, sm3(refusalBytes(refusal)), refusal.signature, refusal.refusedAt);
}
