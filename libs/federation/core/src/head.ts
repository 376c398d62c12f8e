import { ok, ownershipTypes, refuse, isNodeCode, type NodeCode, type Result, type Uuid } from '@tongban/kernel';

/** What a node knows of a record without its content: enough to admit the next entry and to route. */
export interface RecordHead {
  readonly record: Uuid;
  readonly recordClass: string;
  readonly owner: NodeCode;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
  /** Nodes that must hold the record, beside their ancestors: the first author and everyone it was offered to. */
  readonly members: readonly NodeCode[];
  /** Set from an offer until it is taken: nobody but this node may append. */
  readonly offeredTo?: NodeCode;
}

/** The part of an entry that ownership and order are decided by. */
export interface HeadEntry {
  readonly record: Uuid;
  readonly recordClass: string;
  readonly seq: number;
  readonly epoch: number;
  readonly type: string;
  readonly author: NodeCode;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
  /** `facts.to` of an offer. */
  readonly offerTo?: string;
}

const firstSeq = 1;
const firstEpoch = 1;
const chainStart = new Uint8Array(32);

export type Admission =
  | { readonly kind: 'applied'; readonly head: RecordHead }
  /** The same entry was applied before: nothing to do (I2). */
  | { readonly kind: 'known' };

/**
 * The only place that decides whether an entry follows the ones before it: order (I3), chain (I6) and ownership (I4).
 * Refusals: link.gap, link.chain, link.epoch, link.author.
 */
export function admit(head: RecordHead | undefined, entry: HeadEntry, knownHash?: Uint8Array): Result<Admission> {
  if (head === undefined) return admitFirst(entry);
  if (entry.seq <= head.seq) {
    if (knownHash !== undefined && sameBytes(knownHash, entry.hash)) return ok({ kind: 'known' });
    return refuse('link.chain', `entry ${entry.seq} of ${entry.record} differs from the one that is held`);
  }
  if (entry.seq !== head.seq + 1) {
    return refuse('link.gap', `entry ${entry.seq} of ${entry.record} came after ${head.seq}`);
  }
  if (entry.recordClass !== head.recordClass) return refuse('link.author', 'a record does not change its class');
  if (!sameBytes(entry.prevHash, head.hash)) {
    return refuse('link.chain', `entry ${entry.seq} of ${entry.record} does not follow the held head`);
  }
  return entry.type === ownershipTypes.taken ? admitTaking(head, entry) : admitByOwner(head, entry);
}

function admitFirst(entry: HeadEntry): Result<Admission> {
  if (entry.seq !== firstSeq) return refuse('link.gap', `the first entry of ${entry.record} is missing`);
  if (entry.epoch !== firstEpoch) return refuse('link.epoch', 'a record begins in epoch 1');
  if (!sameBytes(entry.prevHash, chainStart)) return refuse('link.chain', 'a record begins at the chain start');
  if (entry.type === ownershipTypes.offered || entry.type === ownershipTypes.taken) {
    return refuse('link.author', 'a record does not begin with a change of ownership');
  }
  const { record, recordClass, author, hash } = entry;
  const head = { record, recordClass, owner: author, epoch: firstEpoch, seq: firstSeq, hash, members: [author] };
  return ok({ kind: 'applied', head });
}

function admitByOwner(head: RecordHead, entry: HeadEntry): Result<Admission> {
  if (entry.epoch !== head.epoch) {
    return refuse('link.epoch', `entry of epoch ${entry.epoch} in epoch ${head.epoch}`);
  }
  if (entry.author !== head.owner) return refuse('link.author', `${entry.author} does not own the record`);
  if (head.offeredTo !== undefined) return refuse('link.author', 'the owner is read-only after its offer');
  const next: RecordHead = { ...head, seq: entry.seq, hash: entry.hash };
  if (entry.type !== ownershipTypes.offered) return ok({ kind: 'applied', head: next });
  const to = entry.offerTo;
  if (to === undefined || !isNodeCode(to) || to === head.owner) {
    return refuse('link.author', 'an offer names another node');
  }
  const members = head.members.includes(to) ? head.members : [...head.members, to];
  return ok({ kind: 'applied', head: { ...next, offeredTo: to, members } });
}

function admitTaking(head: RecordHead, entry: HeadEntry): Result<Admission> {
  if (head.offeredTo === undefined || entry.author !== head.offeredTo) {
    return refuse('link.author', `the record was not offered to ${entry.author}`);
  }
  if (entry.epoch !== head.epoch + 1) return refuse('link.epoch', `taking in epoch ${entry.epoch} after ${head.epoch}`);
  const { record, recordClass, members } = head;
  const { author, epoch, seq, hash } = entry;
  return ok({ kind: 'applied', head: { record, recordClass, members, owner: author, epoch, seq, hash } });
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
