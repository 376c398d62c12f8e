import type { ClockReading } from '@tongban/federation/core';
import type { Courier } from '@tongban/federation/transport';
import type { KeyDirectory, Sql } from '@tongban/journal';
import type { NodeCode, RefusalCode, Result } from '@tongban/kernel';
import type { InboxResult } from './inbox.js';
import type { Log, WorkTools } from './parts.js';
import type { NodeReport } from './reports.js';
import type { Transactor } from './store/postgres-store.js';
import type { Traced } from './traced.js';

/** The last sign of life of a neighbour. */
export interface HeardNeighbour {
  readonly at: number;
  /** The newest number that it says it has given. */
  readonly last: number;
  /** How far its clock was ahead of ours, the way of the message included. */
  readonly aheadMs: number;
}

/** A frame that is not genuine. Nothing in it is of a person. */
export interface FrameRefused {
  readonly sender: string;
  readonly receiver: NodeCode;
  readonly frame: 'envelope' | 'status' | 'report';
  readonly code: RefusalCode;
}

/** What a host is made of, wherever it keeps its state. */
export interface HostSettings extends WorkTools {
  readonly nodes: readonly NodeCode[];
  /** Nodes that have moved to hosts of their own: the filters of this host may still bring frames for them. */
  readonly departed?: readonly NodeCode[];
  readonly directory: Pick<KeyDirectory, 'verify'>;
  readonly clock: { now(): number };
  readonly hub: Courier;
  readonly parentEnd?: Courier & { prefers(peer: NodeCode): boolean };
  readonly childEnd?: Courier & { sayHub(reachable: boolean): void };
  readonly log: Log;
  readonly traced: Traced;
  readonly applied?: (result: InboxResult) => void;
  /** A genuine report of a child of a node that is served here. */
  readonly reported?: (report: NodeReport) => void;
  /** Told of each frame that came under a node's name and is not its own. */
  readonly refused?: (what: FrameRefused) => void;
  /** Whether a record may be begun at a node; asked within the transaction that would begin it. */
  readonly mayBegin?: (sql: Sql, node: NodeCode) => Promise<Result<void>>;
  /** Called when a courier came or went. */
  readonly couriersChanged?: () => void;
  /** How far the parent's clock is from this host's, after {@link Host.askParentClock}. */
  readonly parentClock?: (reading: ClockReading) => void;
  /** Called when a node's parent asks it to compare its records. */
  readonly compareAsked?: (node: NodeCode) => void;
  /** Children that must give back what they hold after a restore; without it, those that the database remembers. */
  readonly childrenOf?: (node: NodeCode) => readonly NodeCode[];
}

export interface HostOptions extends HostSettings {
  readonly transactor: Transactor;
}
