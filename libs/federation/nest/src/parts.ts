import * as core from '@tongban/federation/core';
import type { KeyDirectory, Keystore, Sealer, Sql } from '@tongban/journal';
import type { NodeCode, Result } from '@tongban/kernel';
import type { Bindings } from './binding.js';
import type { ParkedRecords } from './parked-records.js';
import type { Recovery } from './recovery.js';
import type { Scheduler } from './scheduler.js';
import type { Incarnation, LinkPosition, Store } from './store/port.js';
import type { Traced } from './traced.js';

export type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;

/** The pure decisions; replaced only to prove that the simulator sees a wrong one. */
export type FederationCore = Pick<
  typeof core,
  | 'admit'
  | 'forwards'
  | 'receive'
  | 'senderStep'
  | 'nextRange'
  | 'judge'
  | 'takesSession'
  | 'mayAnswer'
  | 'mayWrite'
  | 'triedAgain'
  | 'givesParked'
  | 'waitsForParked'
  | 'cameThrough'
>;

export const federationCore: FederationCore = core;

/** Where a host's federation lives. */
export interface HostPlace {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly core: FederationCore;
}

/** What records need: rules, signatures and seals. */
export interface WorkTools {
  readonly bindings: Bindings;
  readonly keystore: Pick<Keystore, 'sign'>;
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
}

/** What the parts of one host share. */
export interface HostParts extends WorkTools, HostPlace {
  readonly directory: Pick<KeyDirectory, 'verify'>;
  readonly clock: { now(): number };
  readonly log: Log;
  readonly traced: Traced;
  readonly incarnation: Incarnation;
  readonly recovery: Recovery;
  readonly parked: ParkedRecords;
  readonly mayBegin?: (sql: Sql, node: NodeCode) => Promise<Result<void>>;
  /** Called after every commit that wrote outgoing messages. */
  readonly committed: (positions: readonly LinkPosition[]) => void;
}
