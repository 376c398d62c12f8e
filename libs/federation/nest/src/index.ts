export { bindingsOf, type Bindings, type ProjectionChange, type RecordClassBinding } from './binding.js';
export { Commands, type CommandInput, type CommandOutcome, type Transactor } from './commands.js';
export { Host, hostLimits, type HostOptions } from './host.js';
export type { InboxResult } from './inbox.js';
export { findHead } from './store/head-store.js';
export { federationMigrations, federationReadTables, federationTables } from './store/migrations.js';
export { findRequest, type RequestRow } from './store/request-store.js';
export type { Traced } from './traced.js';
export { derivedId } from './work.js';
