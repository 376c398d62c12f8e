import type { RefusalCode, Role } from '@tongban/kernel';
import type { CaseStatus, Closing, RoutePower } from './codes.js';
import { caseCommandTypes, type CaseCommandType } from './command-schemas.js';

/** A status as the table and its readers name it; `none` is a case that does not exist yet. */
export type CaseStage = 'none' | CaseStatus;
export const caseStages: readonly CaseStage[] = [
  'none',
  'preReview',
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
  /** True for what may be done while a special procedure stops the clock. */
  readonly whilePaused?: true;
}

export const commandSpecs: Readonly<Record<CaseCommandType, CommandSpec>> = {
  submit: { name: '申请', roles: ['agent', 'clerk', 'resident', 'system'], from: 'anywhere' },
  accept: { name: '受理', roles: ['clerk'], power: 'accept', from: 'owner' },
  notAccept: { name: '不予受理', roles: ['clerk'], power: 'accept', from: 'owner' },
  requestSupplement: { name: '告知补正', roles: ['clerk'], power: 'accept', from: 'owner' },
  supplement: { name: '补正', roles: ['agent', 'clerk', 'resident'], from: 'anywhere' },
  handOver: { name: '移交', roles: ['clerk', 'approver', 'system'], from: 'owner' },
  decide: { name: '决定', roles: ['approver'], power: 'decide', from: 'owner' },
  certify: { name: '制证', roles: ['clerk', 'approver'], power: 'certify', from: 'owner' },
  deliver: { name: '送达', roles: ['agent', 'clerk'], from: 'anywhere' },
  rate: { name: '评价', roles: ['resident', 'system'], from: 'anywhere' },
  withdraw: { name: '撤回', roles: ['agent', 'resident'], from: 'anywhere', whilePaused: true },
  correct: { name: '更正', roles: ['clerk'], from: 'owner', whilePaused: true },
  noteReport: { name: '登记上报结果', roles: ['system'], from: 'anywhere', whilePaused: true },
  handleOnTheSpot: { name: '当场办结', roles: ['clerk', 'approver'], power: 'accept', from: 'owner' },
  pause: { name: '启动特别程序', roles: ['clerk', 'reviewer', 'approver'], from: 'owner' },
  resume: { name: '结束特别程序', roles: ['clerk', 'reviewer', 'approver'], from: 'owner', whilePaused: true },
  askExtension: { name: '申请延长期限', roles: ['clerk', 'reviewer', 'approver'], from: 'owner' },
  decideExtension: { name: '批准延长期限', roles: ['approver'], from: 'owner' },
  recount: { name: '重算期限', roles: ['clerk', 'system'], from: 'owner', whilePaused: true },
  review: { name: '审核', roles: ['reviewer'], from: 'owner' },
  urge: {
    name: '催办',
    roles: ['resident', 'agent', 'clerk', 'approver', 'supervisor'],
    from: 'anywhere',
    whilePaused: true,
  },
  callConference: { name: '发起会审', roles: ['clerk', 'approver'], from: 'owner' },
  giveOpinion: { name: '提出会审意见', roles: ['reviewer', 'approver'], from: 'owner', whilePaused: true },
  concludeConference: { name: '形成会审结论', roles: ['approver'], from: 'owner', whilePaused: true },
  issuePaymentNotice: { name: '开具缴款通知书', roles: ['clerk'], from: 'owner' },
  confirmPayment: { name: '确认收款', roles: ['clerk', 'system'], from: 'owner', whilePaused: true },
  exemptFee: { name: '减免费用', roles: ['approver'], from: 'owner', whilePaused: true },
  refundFee: { name: '退费', roles: ['approver'], from: 'owner', whilePaused: true },
  receive: { name: '接件', roles: ['clerk'], from: 'owner' },
  confirm: { name: '确认电话申请', roles: ['agent', 'resident'], from: 'anywhere', whilePaused: true },
  answerPreReview: { name: '出具预审意见', roles: ['clerk', 'reviewer'], power: 'accept', from: 'owner' },
  applyFormally: { name: '预审后正式申请', roles: ['agent', 'clerk', 'resident'], from: 'anywhere' },
  markService: { name: '标记特殊服务', roles: ['clerk', 'approver'], from: 'owner', whilePaused: true },
  reroute: { name: '按授权变化移交', roles: ['system'], from: 'owner', whilePaused: true },
  repin: { name: '变更适用事项版本', roles: ['approver'], from: 'owner', whilePaused: true },
  callBack: { name: '回访', roles: ['agent', 'clerk'], from: 'anywhere' },
  fileAway: { name: '代办归档', roles: ['agent'], from: 'anywhere' },
  deemAccepted: { name: '逾期视为受理', roles: ['system'], power: 'accept', from: 'owner' },
  markOverdue: { name: '登记超期', roles: ['system'], from: 'owner', whilePaused: true },
};

export type Cell =
  | ({ readonly allowed: true; readonly leadsTo: readonly Lead[] } & CommandSpec)
  | { readonly allowed: false; readonly code: RefusalCode };
export type CaseTable = Readonly<Record<CaseStage, Readonly<Record<CaseCommandType, Cell>>>>;

type Row = Readonly<Partial<Record<CaseCommandType, readonly Lead[]>>>;

/** Every command has a cell: what the row does not permit is refused with its code. */
function row(code: RefusalCode, permitted: Row): Readonly<Record<CaseCommandType, Cell>> {
  const cells = caseCommandTypes.map((command): [CaseCommandType, Cell] => {
    const leadsTo = permitted[command];
    return [
      command,
      leadsTo === undefined ? { allowed: false, code } : { allowed: true, leadsTo, ...commandSpecs[command] },
    ];
  });
  return Object.fromEntries(cells) as Record<CaseCommandType, Cell>;
}

const by = (status: Exclude<CaseStatus, 'closed'>): Lead => ({ status });
const ends = (closing: Closing): Lead => ({ status: 'closed', closing });
const stays = <T extends CaseCommandType>(
  status: Exclude<CaseStatus, 'closed'>,
  ...commands: readonly T[]
): Readonly<Record<T, readonly Lead[]>> =>
  Object.fromEntries(commands.map((command) => [command, [by(status)]])) as unknown as Record<T, readonly Lead[]>;

/**
 * Which command each status permits, and where it leads. A closed case keeps its closing: delivery, rating, correction,
 * report and refund are facts about it, so their leads are empty.
 */
export const caseTable: CaseTable = {
  none: row('case.unknown', { submit: [by('submitted'), by('preReview')] }),
  preReview: row('case.state', {
    applyFormally: [by('submitted')],
    withdraw: [ends('withdrawn')],
    ...stays('preReview', 'answerPreReview', 'noteReport', 'urge', 'markService', 'reroute'),
  }),
  submitted: row('case.state', {
    accept: [by('accepted')],
    notAccept: [ends('notAccepted')],
    requestSupplement: [by('supplementing')],
    handleOnTheSpot: [ends('certified'), ends('approved')],
    withdraw: [ends('withdrawn')],
    deemAccepted: [by('accepted')],
    ...stays('submitted', 'handOver', 'correct', 'noteReport', 'urge'),
    ...stays('submitted', 'receive', 'confirm', 'markService', 'reroute', 'repin'),
  }),
  supplementing: row('case.state', {
    notAccept: [ends('notAccepted')],
    supplement: [by('submitted')],
    withdraw: [ends('withdrawn')],
    ...stays('supplementing', 'handOver', 'correct', 'noteReport', 'urge'),
    ...stays('supplementing', 'confirm', 'markService', 'reroute', 'repin'),
  }),
  accepted: row('case.state', {
    decide: [by('approved'), ends('approved'), ends('refused')],
    withdraw: [ends('withdrawn')],
    ...stays('accepted', 'handOver', 'correct', 'noteReport', 'urge', 'review'),
    ...stays('accepted', 'confirm', 'markService', 'reroute', 'repin', 'markOverdue'),
    ...stays('accepted', 'pause', 'resume', 'askExtension', 'decideExtension', 'recount'),
    ...stays('accepted', 'callConference', 'giveOpinion', 'concludeConference'),
    ...stays('accepted', 'issuePaymentNotice', 'confirmPayment', 'exemptFee', 'refundFee'),
  }),
  approved: row('case.state', {
    certify: [ends('certified')],
    ...stays('approved', 'handOver', 'correct', 'noteReport', 'urge'),
    ...stays('approved', 'markService', 'reroute', 'markOverdue'),
    ...stays('approved', 'issuePaymentNotice', 'confirmPayment', 'exemptFee', 'refundFee'),
  }),
  closed: row('case.closed', {
    deliver: [],
    rate: [],
    correct: [],
    noteReport: [],
    refundFee: [],
    callBack: [],
    fileAway: [],
  }),
};
