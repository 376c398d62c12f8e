import type { Actor, EntryView, Instant, JsonObject, NodeCode, Uuid } from '@tongban/kernel';
import { framed, sm3 } from './digest.js';

export interface SignatureValue {
  readonly suite: string;
  readonly keyId: string;
  readonly value: Uint8Array;
}

/** One line of a record's journal; see docs/protocol/journal.md for the meaning of each field. */
export interface Entry {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly recordClass: string;
  readonly seq: number;
  readonly epoch: number;
  readonly type: string;
  readonly version: number;
  readonly author: NodeCode;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Canonical JSON text: exactly these bytes were hashed. */
  readonly facts: string;
  /** JWE in general JSON serialization. */
  readonly sealed?: string;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
  readonly signature: SignatureValue;
  readonly traceparent?: string;
}

export type UnhashedEntry = Omit<Entry, 'hash' | 'signature'>;

/** The hash before a record's first entry. */
export const chainStart: Uint8Array = new Uint8Array(32);

const hashDomain = 'tongban-entry-1';

/** The part of a JWE that every recipient shares; recipients may be added later without breaking the chain. */
function sealedDigest(sealed: string | undefined): Uint8Array {
  if (sealed === undefined) return new Uint8Array();
  const jwe = JSON.parse(sealed) as { protected?: string; iv?: string; ciphertext?: string; tag?: string };
  return sm3(framed([jwe.protected ?? '', jwe.iv ?? '', jwe.ciphertext ?? '', jwe.tag ?? '']));
}

export function hashEntry(entry: UnhashedEntry): Buffer {
  return sm3(
    entry.prevHash,
    framed([
      hashDomain,
      entry.id,
      entry.record,
      entry.recordClass,
      entry.seq,
      entry.epoch,
      entry.type,
      entry.version,
      entry.author,
      entry.actor.subject,
      entry.actor.role,
      entry.actor.division,
      entry.onBehalfOf ?? '',
      entry.occurredAt,
      entry.recordedAt,
      entry.facts,
      sealedDigest(entry.sealed),
    ]),
  );
}

export function viewOf(entry: Entry): EntryView {
  const { id, record, seq, epoch, type, version, author, actor, occurredAt, recordedAt } = entry;
  const view = { id, record, seq, epoch, type, version, author, actor, occurredAt, recordedAt };
  const facts = JSON.parse(entry.facts) as JsonObject;
  return entry.onBehalfOf === undefined ? { ...view, facts } : { ...view, onBehalfOf: entry.onBehalfOf, facts };
}
