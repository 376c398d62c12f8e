import type { RefusalCode, Role } from '@tongban/kernel';
import type { JointStatus } from './codes.js';
import { jointCommandTypes, type JointCommandType } from './command-schemas.js';

/** `none` is a joint case that does not exist yet. */
export type JointStage = 'none' | JointStatus;
export const jointStages: readonly JointStage[] = ['none', 'open', 'closed'];

export interface JointCommandSpec {
  readonly name: string;
  readonly roles: readonly Role[];
  /** `owner`: staff of the leading node only. `anywhere`: from any node, as a request where need be. */
  readonly from: 'owner' | 'anywhere';
}

export const jointCommandSpecs: Readonly<Record<JointCommandType, JointCommandSpec>> = {
  open: { name: '联办申请', roles: ['clerk', 'resident'], from: 'anywhere' },
  openStage: { name: '启动阶段', roles: ['clerk', 'resident'], from: 'anywhere' },
  startBranch: { name: '提交分支事项', roles: ['system'], from: 'owner' },
  noteBranch: { name: '登记分支进展', roles: ['system'], from: 'owner' },
  restartBranch: { name: '重新提交分支事项', roles: ['clerk', 'resident'], from: 'anywhere' },
  callInspection: { name: '召集联合踏勘', roles: ['clerk', 'approver'], from: 'owner' },
  recordFinding: { name: '提出踏勘意见', roles: ['clerk', 'reviewer', 'approver'], from: 'anywhere' },
  concludeInspection: { name: '形成踏勘结论', roles: ['clerk', 'approver'], from: 'owner' },
  conclude: { name: '联办办结', roles: ['clerk', 'approver'], from: 'owner' },
  withdraw: { name: '撤回联办申请', roles: ['resident'], from: 'anywhere' },
};

export type JointCell =
  | { readonly allowed: true; readonly leadsTo: readonly JointStatus[] }
  | { readonly allowed: false; readonly code: RefusalCode };
type Row = Readonly<Record<JointCommandType, JointCell>>;

/** Every command has a cell: what the row does not permit is refused with its code. */
const row = (code: RefusalCode, permitted: Partial<Record<JointCommandType, readonly JointStatus[]>>): Row =>
  Object.fromEntries(
    jointCommandTypes.map((command): [JointCommandType, JointCell] => {
      const leadsTo = permitted[command];
      return [command, leadsTo === undefined ? { allowed: false, code } : { allowed: true, leadsTo }];
    }),
  ) as Row;

const stays: readonly JointStatus[] = ['open'];
const ends: readonly JointStatus[] = ['closed'];

/** What is still going on in a branch after the end is noted; nothing else happens to a closed joint case. */
export const jointTable: Readonly<Record<JointStage, Row>> = {
  none: row('joint.unknown', { open: stays }),
  open: row('joint.open', {
    ...{ openStage: stays, startBranch: stays, noteBranch: stays, restartBranch: stays },
    ...{ callInspection: stays, recordFinding: stays, concludeInspection: stays },
    ...{ conclude: ends, withdraw: ends },
  }),
  closed: row('joint.closed', { noteBranch: ends }),
};
