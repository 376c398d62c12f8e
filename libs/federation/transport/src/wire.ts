import { create } from '@bufbuild/protobuf';
import {
  EntrySchema,
  LinkMessageSchema,
  RecoveredSchema,
  RefusalSchema,
  RequestSchema,
  type LinkMessage,
  type WireEntry,
  type WireRefusal,
  type WireRequest,
  type WireSignature,
} from '@tongban/contract';
import { framed, type Entry, type SignatureValue } from '@tongban/journal';
import {
  isNodeCode,
  isUuid,
  ok,
  refuse,
  refusalCodes,
  roles,
  type Actor,
  type NodeCode,
  type RefusalCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';

/** A command on its way to the owner of a record; see docs/protocol/requests.md. */
export interface Request {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly recordClass: string;
  readonly origin: NodeCode;
  readonly commandType: string;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  readonly occurredAt: number;
  readonly sealedCommand: string;
  readonly hops: number;
  readonly traceparent?: string;
  readonly signature: SignatureValue;
}

/** The owner's coded refusal on its way back. */
export interface RefusalMessage {
  readonly request: Uuid;
  readonly record: Uuid;
  readonly author: NodeCode;
  readonly origin: NodeCode;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly refusedAt: number;
  readonly hops: number;
  readonly signature: SignatureValue;
}

export type Message =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'refusal'; readonly refusal: RefusalMessage }
  /** Everything that a receiver restored from a backup may have lost went before this. */
  | { readonly kind: 'recovered'; readonly incarnation: string };

export const requestBytes = (request: Omit<Request, 'signature' | 'hops'>): Uint8Array =>
  framed([
    'tongban-request-1',
    request.id,
    request.record,
    request.recordClass,
    request.origin,
    request.commandType,
    request.actor.subject,
    request.actor.role,
    request.actor.division,
    request.onBehalfOf ?? '',
    request.occurredAt,
    request.sealedCommand,
  ]);

export const refusalBytes = (refusal: Omit<RefusalMessage, 'signature' | 'hops'>): Uint8Array =>
  framed([
    'tongban-refusal-1',
    refusal.request,
    refusal.record,
    refusal.author,
    refusal.origin,
    refusal.code,
    refusal.detail,
    refusal.refusedAt,
  ]);

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

const toSignature = (signature: SignatureValue) => ({
  suite: signature.suite,
  keyId: signature.keyId,
  value: signature.value,
});

export function toWire(message: Message): LinkMessage {
  switch (message.kind) {
    case 'entry':
      return create(LinkMessageSchema, { body: { case: 'entry', value: entryToWire(message.entry) } });
    case 'request':
      return create(LinkMessageSchema, { body: { case: 'request', value: requestToWire(message.request) } });
    case 'refusal':
      return create(LinkMessageSchema, { body: { case: 'refusal', value: refusalToWire(message.refusal) } });
    case 'recovered':
      return create(LinkMessageSchema, {
        body: { case: 'recovered', value: create(RecoveredSchema, { incarnation: message.incarnation }) },
      });
  }
}

export function entryToWire(entry: Entry): WireEntry {
  return create(EntrySchema, {
    id: entry.id,
    record: entry.record,
    recordClass: entry.recordClass,
    seq: entry.seq,
    epoch: entry.epoch,
    type: entry.type,
    version: entry.version,
    author: entry.author,
    actor: { ...entry.actor },
    onBehalfOf: entry.onBehalfOf ?? '',
    occurredAtMs: BigInt(entry.occurredAt),
    recordedAtMs: BigInt(entry.recordedAt),
    facts: utf8.encode(entry.facts),
    sealed: utf8.encode(entry.sealed ?? ''),
    prevHash: entry.prevHash,
    hash: entry.hash,
    signature: toSignature(entry.signature),
    traceparent: entry.traceparent ?? '',
  });
}

const requestToWire = (request: Request): WireRequest =>
  create(RequestSchema, {
    id: request.id,
    record: request.record,
    recordClass: request.recordClass,
    origin: request.origin,
    commandType: request.commandType,
    actor: { ...request.actor },
    onBehalfOf: request.onBehalfOf ?? '',
    occurredAtMs: BigInt(request.occurredAt),
    sealedCommand: utf8.encode(request.sealedCommand),
    hops: request.hops,
    traceparent: request.traceparent ?? '',
    signature: toSignature(request.signature),
  });

const refusalToWire = (refusal: RefusalMessage): WireRefusal =>
  create(RefusalSchema, {
    request: refusal.request,
    record: refusal.record,
    author: refusal.author,
    origin: refusal.origin,
    code: refusal.code,
    detail: refusal.detail,
    refusedAtMs: BigInt(refusal.refusedAt),
    hops: refusal.hops,
    signature: toSignature(refusal.signature),
  });

/** Refusal: link.schema when a field does not have the shape the protocol gives it. */
export function fromWire(message: LinkMessage): Result<Message> {
  try {
    switch (message.body.case) {
      case 'entry':
        return ok({ kind: 'entry', entry: entryFromWire(message.body.value) });
      case 'request':
        return ok({ kind: 'request', request: requestFromWire(message.body.value) });
      case 'refusal':
        return ok({ kind: 'refusal', refusal: refusalFromWire(message.body.value) });
      case 'recovered':
        return ok({ kind: 'recovered', incarnation: message.body.value.incarnation });
      default:
        return refuse('link.schema', 'a message of an unknown kind');
    }
  } catch (error) {
    return refuse('link.schema', error instanceof Error ? error.message : 'unreadable');
  }
}

const uuid = (value: string): Uuid => {
  if (!isUuid(value)) throw new Error(`not a UUID: ${value.slice(0, 40)}`);
  return value;
};

const node = (value: string): NodeCode => {
  if (!isNodeCode(value)) throw new Error(`not a node code: ${value.slice(0, 40)}`);
  return value;
};

function actorFromWire(actor: WireEntry['actor']): Actor {
  const role = roles.find((known) => known === actor?.role);
  if (actor === undefined || role === undefined) throw new Error('no actor or an unknown role');
  return { subject: actor.subject, role, division: node(actor.division) };
}

function signatureFromWire(signature: WireSignature | undefined): SignatureValue {
  if (signature === undefined) throw new Error('no signature');
  return { suite: signature.suite, keyId: signature.keyId, value: signature.value };
}

/** @throws Error when a field does not have the shape the protocol gives it. */
export function entryFromWire(wire: WireEntry): Entry {
  const facts = text.decode(wire.facts);
  const sealed = text.decode(wire.sealed);
  JSON.parse(facts);
  if (sealed !== '') JSON.parse(sealed);
  return {
    id: uuid(wire.id),
    record: uuid(wire.record),
    recordClass: wire.recordClass,
    seq: wire.seq,
    epoch: wire.epoch,
    type: wire.type,
    version: wire.version,
    author: node(wire.author),
    actor: actorFromWire(wire.actor),
    ...(wire.onBehalfOf === '' ? {} : { onBehalfOf: wire.onBehalfOf }),
    occurredAt: Number(wire.occurredAtMs),
    recordedAt: Number(wire.recordedAtMs),
    facts,
    ...(sealed === '' ? {} : { sealed }),
    prevHash: wire.prevHash,
    hash: wire.hash,
    signature: signatureFromWire(wire.signature),
    ...(wire.traceparent === '' ? {} : { traceparent: wire.traceparent }),
  };
}

function requestFromWire(wire: WireRequest): Request {
  return {
    id: uuid(wire.id),
    record: uuid(wire.record),
    recordClass: wire.recordClass,
    origin: node(wire.origin),
    commandType: wire.commandType,
    actor: actorFromWire(wire.actor),
    ...(wire.onBehalfOf === '' ? {} : { onBehalfOf: wire.onBehalfOf }),
    occurredAt: Number(wire.occurredAtMs),
    sealedCommand: text.decode(wire.sealedCommand),
    hops: wire.hops,
    ...(wire.traceparent === '' ? {} : { traceparent: wire.traceparent }),
    signature: signatureFromWire(wire.signature),
  };
}

function refusalFromWire(wire: WireRefusal): RefusalMessage {
  const code = (Object.keys(refusalCodes) as RefusalCode[]).find((known) => known === wire.code);
  if (code === undefined) throw new Error(`unknown refusal code ${wire.code.slice(0, 40)}`);
  return {
    request: uuid(wire.request),
    record: uuid(wire.record),
    author: node(wire.author),
    origin: node(wire.origin),
    code,
    detail: wire.detail,
    refusedAt: Number(wire.refusedAtMs),
    hops: wire.hops,
    signature: signatureFromWire(wire.signature),
  };
}
