import type { RefusalCode, Role } from '@tongban/kernel';
import type { CaseStatus, Closing, RoutePower } from './codes.js';
import type { CaseCommandType } from './command-schemas.js';

/** A status as the table and its readers name it; `none` is a case that does not exist yet. */
export type CaseStage = 'none' | CaseStatus;
export const caseStages: readonly CaseStage[] = [
  'none',
  'submitted',
  'supplementing',
  'accepted',
  'approved',
  'closed',
];

/** Where a command may lead; `closing` is set when the status is closed by it. */
export interface Lead {
  readonly status: CaseStatus;
  readonly closing?: Closing;
}

export interface CommandSpec {
  readonly name: string;
  readonly roles: readonly Role[];
  /** The owner must be the route's node for this power. */
  readonly power?: Exclude<RoutePower, 'deliver'>;
  /** `owner`: staff of the owning node only. `anywhere`: from any node, as a request where need be. */
  readonly from: 'owner' | 'anywhere';
}

export const commandSpecs: Readonly<Record<CaseCommandType, CommandSpec>> = {
  submit: { name: '申请', roles: ['agent', 'clerk', 'resident'], from: 'anywhere' },
  accept: { name: '受理', roles: ['clerk'], power: 'accept', from: 'owner' },
  notAccept: { name: '不予受理', roles: ['clerk'], power: 'accept', from: 'owner' },
  requestSupplement: { name: '告知补正', roles: ['clerk'], power: 'accept', from: 'owner' },
  supplement: { name: '补正', roles: ['agent', 'clerk', 'resident'], from: 'anywhere' },
  handOver: { name: '移交', roles: ['clerk', 'approver', 'system'], from: 'owner' },
  decide: { name: '决定', roles: ['approver'], power: 'decide', from: 'owner' },
  certify: { name: '制证', roles: ['clerk', 'approver'], power: 'certify', from: 'owner' },
  deliver: { name: '送达', roles: ['agent', 'clerk'], from: 'anywhere' },
  rate: { name: '评价', roles: ['resident', 'system'], from: 'anywhere' },
  withdraw: { name: '撤回', roles: ['agent', 'resident'], from: 'anywhere' },
  correct: { name: '更正', roles: ['clerk'], from: 'owner' },
  noteReport: { name: '登记上报结果', roles: ['system'], from: 'anywhere' },
};

export type Cell =
  | ({ readonly allowed: true; readonly leadsTo: readonly Lead[] } & CommandSpec)
  | { readonly allowed: false; readonly code: RefusalCode };
export type CaseTable = Readonly<Record<CaseStage, Readonly<Record<CaseCommandType, Cell>>>>;

const unknown: Cell = { allowed: false, code: 'case.unknown' };
const state: Cell = { allowed: false, code: 'case.state' };
const over: Cell = { allowed: false, code: 'case.closed' };
const may = (command: CaseCommandType, ...leadsTo: Lead[]): Cell => ({
  allowed: true,
  leadsTo,
  ...commandSpecs[command],
});
const by = (status: Exclude<CaseStatus, 'closed'>): Lead => ({ status });
const ends = (closing: Closing): Lead => ({ status: 'closed', closing });

/**
 * Which command each status permits, and where it leads. A closed case keeps its closing: delivery, rating, correction
 * and report are facts about it, so their `leadsTo` is empty.
 */
export const caseTable: CaseTable = {
  none: {
    submit: may('submit', by('submitted')),
    accept: unknown,
    notAccept: unknown,
    requestSupplement: unknown,
    supplement: unknown,
    handOver: unknown,
    decide: unknown,
    certify: unknown,
    deliver: unknown,
    rate: unknown,
    withdraw: unknown,
    correct: unknown,
    noteReport: unknown,
  },
  submitted: {
    submit: state,
    accept: may('accept', by('accepted')),
    notAccept: may('notAccept', ends('notAccepted')),
    requestSupplement: may('requestSupplement', by('supplementing')),
    supplement: state,
    handOver: may('handOver', by('submitted')),
    decide: state,
    certify: state,
    deliver: state,
    rate: state,
    withdraw: may('withdraw', ends('withdrawn')),
    correct: may('correct', by('submitted')),
    noteReport: may('noteReport', by('submitted')),
  },
  supplementing: {
    submit: state,
    accept: state,
    notAccept: may('notAccept', ends('notAccepted')),
    requestSupplement: state,
    supplement: may('supplement', by('submitted')),
    handOver: may('handOver', by('supplementing')),
    decide: state,
    certify: state,
    deliver: state,
    rate: state,
    withdraw: may('withdraw', ends('withdrawn')),
    correct: may('correct', by('supplementing')),
    noteReport: may('noteReport', by('supplementing')),
  },
  accepted: {
    submit: state,
    accept: state,
    notAccept: state,
    requestSupplement: state,
    supplement: state,
    handOver: may('handOver', by('accepted')),
    decide: may('decide', by('approved'), ends('approved'), ends('refused')),
    certify: state,
    deliver: state,
    rate: state,
    withdraw: may('withdraw', ends('withdrawn')),
    correct: may('correct', by('accepted')),
    noteReport: may('noteReport', by('accepted')),
  },
  approved: {
    submit: state,
    accept: state,
    notAccept: state,
    requestSupplement: state,
    supplement: state,
    handOver: may('handOver', by('approved')),
    decide: state,
    certify: may('certify', ends('certified')),
    deliver: state,
    rate: state,
    withdraw: state,
    correct: may('correct', by('approved')),
    noteReport: may('noteReport', by('approved')),
  },
  closed: {
    submit: over,
    accept: over,
    notAccept: over,
    requestSupplement: over,
    supplement: over,
    handOver: over,
    decide: over,
    certify: over,
    deliver: may('deliver'),
    rate: may('rate'),
    withdraw: over,
    correct: may('correct'),
    noteReport: may('noteReport'),
  },
};
