import type { ReceiverState, RecordHead } from '@tongban/federation/core';
import type { Message } from '@tongban/federation/transport';
import type { Entry, Sql } from '@tongban/journal';
import type { JsonObject, NodeCode, RefusalCode, Uuid } from '@tongban/kernel';

/** What a transaction wants sent on one link, in order. `message`: the same, where it is at hand. */
export type Outgoing =
  | { readonly kind: 'entry'; readonly record: Uuid; readonly entrySeq: number; readonly message?: Message }
  | {
      readonly kind: 'request' | 'refusal' | 'returned' | 'recovered';
      readonly payload: Uint8Array;
      readonly message?: Message;
      readonly record?: Uuid;
      /** The request that it is, or answers. */
      readonly request?: Uuid;
    };

export interface LinkPosition {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly last: number;
  readonly acked: number;
  /** The number before the session's first one. */
  readonly base: number;
  /** The receiver's incarnation that the session was begun for; '' as long as it has not been restored. */
  readonly peerIncarnation: string;
  /** What this transaction has put on the link, up to `last`, as far as it is at hand: it need not be read back. */
  readonly recent?: readonly (Message | undefined)[];
}

/** The receiving side of a link as it is stored. */
export interface InLink extends ReceiverState {
  /** Newest incarnation known of the neighbour; '' before it was heard of. */
  readonly peerIncarnation: string;
  /** This database's incarnation in which the neighbour has given back everything; '' for none. */
  readonly caughtUpIn: string;
}

export interface Incarnation {
  readonly id: string;
  /** The database was put back to an earlier state: what happened since is with the neighbours. */
  readonly restored: boolean;
}

export interface Quarantined {
  readonly linkSeq: number;
  readonly record?: Uuid;
  /** The number of the entry that it is. */
  readonly entrySeq?: number;
  readonly code: RefusalCode;
  readonly detail: string;
  /** The link message as it came. */
  readonly payload: Uint8Array;
}

/** What may become applicable: by an upgrade, by another entry, by a key. Anything else is kept for an operator. */
export const waitingCodes: readonly RefusalCode[] = ['link.schema', 'link.gap', 'link.key', 'service.fault'];

export interface Parked {
  readonly id: string;
  readonly code: RefusalCode;
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly payload: Uint8Array;
}

export interface RefusedAgain extends Pick<Quarantined, 'record' | 'entrySeq' | 'code' | 'detail'> {
  readonly id: string;
}

export interface NewRequest {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly recordClass: string;
  readonly commandType: string;
  readonly subject: string;
}

export interface DeferredRequest {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly payload: Uint8Array;
}

export interface StoredCommand {
  readonly digest: Uint8Array;
  readonly outcome: JsonObject;
}

/**
 * One transaction of a host's database, as the federation uses it. Each operation is a constant number of statements.
 * A unique violation throws an error with `code` 23505, as PostgreSQL's does.
 */
export interface StoreTx {
  /** The same transaction, for bindings. */
  readonly sql: Sql;

  /** Locks the heads in a fixed order, so that two transactions never wait for each other. */
  lockHeads(node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, RecordHead>>;
  saveHeads(node: NodeCode, heads: readonly RecordHead[], now: number): Promise<void>;
  insertEntries(node: NodeCode, entries: readonly Entry[], now: number): Promise<void>;
  findEntry(node: NodeCode, record: Uuid, seq: number): Promise<Entry | undefined>;
  /** Record and number of the entries with these ids. */
  findEntriesById(node: NodeCode, ids: readonly Uuid[]): Promise<Map<Uuid, { record: Uuid; seq: number }>>;

  /**
   * Numbers messages without gaps and in commit order: the link's row stays locked from here to the commit (ADR 0003).
   * Called last in a transaction, links in the order of their codes, so that transactions do not wait in a circle.
   */
  enqueue(node: NodeCode, byPeer: ReadonlyMap<NodeCode, readonly Outgoing[]>, now: number): Promise<LinkPosition[]>;
  /** The messages of a range, as they were committed: the first one, and as many more as `maxBytes` hold. */
  readOutgoing(node: NodeCode, peer: NodeCode, from: number, until: number, maxBytes: number): Promise<Message[]>;
  /** Links with something unacknowledged. */
  readPositions(nodes: readonly NodeCode[]): Promise<LinkPosition[]>;
  saveReceipt(node: NodeCode, peer: NodeCode, applied: number, now: number): Promise<void>;
  /** Removes acknowledged messages after the time they are kept for a receiver that comes back from a backup. */
  dropAcknowledged(olderThan: number, limitRows: number): Promise<number>;
  lockReceiver(node: NodeCode, peer: NodeCode): Promise<InLink>;
  findReceiver(node: NodeCode, peer: NodeCode): Promise<InLink>;
  saveReceiver(node: NodeCode, peer: NodeCode, link: InLink, now: number): Promise<void>;

  /** Never lost, never applied: kept as it came until an operator or an upgrade resolves it (I6). */
  insertQuarantined(
    node: NodeCode,
    peer: NodeCode,
    session: string,
    messages: readonly Quarantined[],
    now: number,
  ): Promise<void>;
  /** Parked messages that are no entries, as far as was known when they came; oldest first, after the given id. */
  readParked(nodes: readonly NodeCode[], after: string, limitRows: number): Promise<Parked[]>;
  /** Records of which entries are parked. */
  readParkedRecords(nodes: readonly NodeCode[]): Promise<{ node: NodeCode; record: Uuid }[]>;
  /** The parked entries of a record, by their numbers. */
  readParkedOf(node: NodeCode, record: Uuid, limitRows: number): Promise<Parked[]>;
  /** Parked entries that came from other neighbours than this one; oldest first, after the given id. */
  readParkedBeside(node: NodeCode, peer: NodeCode, after: string, limitRows: number): Promise<Parked[]>;
  deleteQuarantined(node: NodeCode, ids: readonly string[]): Promise<void>;
  /** What was tried again and refused, with what is known of it now. */
  updateQuarantined(node: NodeCode, refused: readonly RefusedAgain[]): Promise<void>;

  insertRequest(node: NodeCode, request: NewRequest, now: number): Promise<void>;
  /** An entry with a request's id is its answer. */
  completeRequests(node: NodeCode, ids: readonly Uuid[], now: number): Promise<void>;
  refuseRequest(node: NodeCode, id: Uuid, code: RefusalCode, detail: string, now: number): Promise<void>;
  /** Refusals that this node has sent or passed on, as link messages, by the request they answer. */
  findRefusals(node: NodeCode, requests: readonly Uuid[]): Promise<Map<Uuid, Uint8Array>>;
  /** Those of the node's own requests that were refused. */
  findRefusedRequests(node: NodeCode, requests: readonly Uuid[]): Promise<Uuid[]>;
  findCommand(node: NodeCode, key: Uuid): Promise<StoredCommand | undefined>;
  insertCommand(node: NodeCode, key: Uuid, digest: Uint8Array, outcome: object, now: number): Promise<void>;

  /** Removes commands and answered requests that were given before `olderThan`; what they became stays in the journal. */
  dropSettled(olderThan: number, limitRows: number): Promise<number>;

  readIncarnation(): Promise<Incarnation>;
  /** Every neighbour that a link row names, with the incarnation in which it has given back everything. */
  readNeighbours(nodes: readonly NodeCode[]): Promise<{ node: NodeCode; peer: NodeCode; caughtUpIn: string }[]>;
  /** After a restore: links that still count from before it go on from their last receipt, in a new session. */
  beginOwnSessions(incarnation: string): Promise<void>;
  /**
   * After a neighbour's restore: a new session that begins with every entry of the records that both hold, then what
   * the neighbour sent and was parked here, then the requests without an answer and the refusals that are still kept.
   * Undefined when the session was begun before.
   */
  beginPeerSession(
    node: NodeCode,
    peer: NodeCode,
    peerIncarnation: string,
    now: number,
  ): Promise<LinkPosition | undefined>;
  /** The neighbour will be told that it has everything as soon as this node itself has. */
  setAnswerDue(node: NodeCode, peer: NodeCode, due: boolean): Promise<void>;
  readAnswersDue(nodes: readonly NodeCode[]): Promise<LinkPosition[]>;
  /** A request that this node may not answer yet; nothing when it waits already. */
  deferRequest(node: NodeCode, request: DeferredRequest, now: number): Promise<void>;
  /** Nodes that have deferred requests or offers to take up. */
  readWaiting(nodes: readonly NodeCode[]): Promise<NodeCode[]>;
  /** Requests whose record has no parked entries. */
  readDeferred(node: NodeCode, limitRows: number): Promise<{ id: Uuid; payload: Uint8Array }[]>;
  deleteDeferred(node: NodeCode, ids: readonly Uuid[]): Promise<void>;
  /** Records that are offered to the node, not taken, and have no parked entries. */
  readOffered(node: NodeCode, limitRows: number): Promise<{ record: Uuid; recordClass: string }[]>;
}

export interface Store {
  /** Commits when the body resolves, rolls back when it rejects. */
  run<T>(body: (tx: StoreTx) => Promise<T>): Promise<T>;
}
