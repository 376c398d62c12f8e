import type { Instant } from './clock.js';
import type { Uuid } from './ids.js';
import type { JsonObject } from './json.js';
import type { NodeCode } from './node-code.js';
import type { Result } from './result.js';

/** Roles of persons and machines, as realm roles in the token. */
export const roles = [
  'resident',
  'agent',
  'clerk',
  'reviewer',
  'approver',
  'supervisor',
  'catalogue-manager',
  'exchange-operator',
  'administrator',
  'security-administrator',
  'auditor',
  'system',
] as const;
export type Role = (typeof roles)[number];

/**
 * 系统、安全、审计管理员: whoever runs the machines, whoever guards who may come in, and whoever looks at what both have done
 * are three persons (GB/T 22239-2019, level 3).
 */
export const separateRoles = ['administrator', 'security-administrator', 'auditor'] as const satisfies readonly Role[];

/** Who acted: the pseudonymous subject of the token, in which role, for which division. */
export interface Actor {
  readonly subject: string;
  readonly role: Role;
  readonly division: NodeCode;
}

/** What a rule wants written: `facts` for every holder, `sealed` only for the nodes that handle the record. */
export interface Draft {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

/** An entry as rules see it: without hashes, signatures and the sealed part. */
export interface EntryView {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly seq: number;
  readonly epoch: number;
  readonly type: string;
  readonly version: number;
  readonly author: NodeCode;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly facts: JsonObject;
}

/** Where and when a decision is taken. `owner` is the node that will append. */
export interface DecisionContext {
  readonly owner: NodeCode;
  readonly record: Uuid;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  /** The grant by which the actor had logged in without the identity provider. */
  readonly offlineGrant?: Uuid;
  readonly occurredAt: Instant;
  readonly now: Instant;
}

/**
 * The rules of one class of records: a fold and a decision, both pure. The federation knows nothing else of a class.
 * `decide` is called at the owner only, with the state folded so far (undefined for a record that does not exist).
 */
export interface RecordRules<State, Command> {
  readonly recordClass: string;
  evolve(state: State | undefined, entry: EntryView): State;
  decide(state: State | undefined, command: Command, context: DecisionContext): Result<readonly Draft[]>;
}

/** Entry types that every class has: ownership moves by offer, then taking (epoch + 1). */
export const ownershipTypes = { offered: 'record.offered', taken: 'record.taken' } as const;
