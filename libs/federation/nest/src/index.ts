export { bindingsOf, type Bindings, type ProjectionChange, type RecordClassBinding } from './binding.js';
export { Commands, type CommandInput, type CommandOutcome } from './commands.js';
export { Host, hostLimits } from './host.js';
export type { FrameRefused, HeardNeighbour, HostOptions, HostSettings } from './host-settings.js';
export { reportLimits, type NodeReport } from './reports.js';
export type { InboxResult } from './inbox.js';
export { federationCore, type FederationCore, type HostPlace } from './parts.js';
export type { Scheduler } from './scheduler.js';
export { findHead, findHeads } from './store/head-store.js';
export {
  federationInsertOnlyTables,
  federationMigrations,
  federationReadTables,
  federationTables,
} from './store/migrations.js';
export { Reconciler, type ReconcilerTools } from './reconcile/reconciler.js';
export { locate } from './reconcile/answering.js';
export { checkNode, type SelfCheck } from './reconcile/self-check.js';
export { readDamaged, readEntriesOf, readRecordPage, type DamagedRecord } from './store/damage-store.js';
export {
  findReconciliation,
  readLastComparisons,
  readReconciliations,
  type Reconciliation,
  type ReconciliationResult,
  type ReconciliationState,
} from './store/reconciliation-store.js';
export { waitingCodes } from './store/port.js';
export type {
  DeferredRequest,
  Incarnation,
  InLink,
  LinkPosition,
  NewRequest,
  Outgoing,
  Parked,
  Quarantined,
  RefusedAgain,
  Store,
  StoredCommand,
  StoreTx,
} from './store/port.js';
export type { Transactor } from './store/postgres-store.js';
export { readIncarnation, renewIncarnation } from './store/recovery-store.js';
export { findRequest, type RequestRow } from './store/request-store.js';
export type { Traced } from './traced.js';
export { derivedId } from './work.js';
export {
  beginRetirement,
  closeRetirement,
  findRetirement,
  mayBegin,
  readRemaining,
  readRetirements,
  type Remaining,
  type Retirement,
} from './life/retirement.js';
export { bringNode, findArrival, isUnused, type Arrival } from './life/arrival.js';
export {
  clearNode,
  awaitWriters,
  fenceNode,
  raiseFences,
  findDeparture,
  readDeparted,
  releaseDeparted,
  type Departure,
} from './life/departure.js';
export { requireGenuine, signApproval, signChange, verifyApproval, type Joining } from './life/division-list.js';
export { findApproval, saveApproval, type Approval } from './life/approval.js';
