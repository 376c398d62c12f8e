import type { RefusalCode, Role } from '@tongban/kernel';
import { feedbackStatuses, type FeedbackClosing, type FeedbackKind, type FeedbackStatus } from './codes.js';

export type FeedbackStage = 'none' | FeedbackStatus;
export const feedbackStages = ['none', ...Object.keys(feedbackStatuses)] as readonly FeedbackStage[];

export const feedbackCommandTypes = [
  'file',
  'open',
  'accept',
  'notAccept',
  'forward',
  'assign',
  'callBack',
  'classify',
  'decideExclusion',
  'rectify',
  'explain',
  'investigate',
  'answer',
  'review',
  'close',
  'rate',
  'extend',
  'publish',
  'markOverdue',
  'withdraw',
] as const;
export type FeedbackCommandType = (typeof feedbackCommandTypes)[number];

export interface FeedbackCommandSpec {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly kinds: readonly FeedbackKind[];
  /** `owner`: staff of the owning node only. `anywhere`: from any node, as a request where need be. */
  readonly from: 'owner' | 'anywhere';
}

const asked: readonly FeedbackKind[] = ['complaint', 'consultation', 'suggestion'];
const ratings: readonly FeedbackKind[] = ['ratingFollowUp'];
const complaints: readonly FeedbackKind[] = ['complaint'];
const all: readonly FeedbackKind[] = [...ratings, ...asked];
const handlers = ['clerk', 'reviewer', 'approver'] as const;

export const feedbackSpecs: Readonly<Record<FeedbackCommandType, FeedbackCommandSpec>> = {
  file: { name: '提出', roles: ['resident', 'agent', 'clerk'], kinds: asked, from: 'anywhere' },
  open: { name: '启动差评整改', roles: ['system'], kinds: ratings, from: 'owner' },
  accept: { name: '受理', roles: ['clerk', 'supervisor'], kinds: asked, from: 'owner' },
  notAccept: { name: '不予受理', roles: ['clerk', 'supervisor'], kinds: asked, from: 'owner' },
  forward: { name: '转办', roles: ['clerk', 'approver', 'supervisor'], kinds: asked, from: 'owner' },
  assign: { name: '交办', roles: ['clerk', 'approver', 'supervisor'], kinds: all, from: 'owner' },
  callBack: { name: '回访', roles: handlers, kinds: ratings, from: 'owner' },
  classify: { name: '研判', roles: handlers, kinds: ratings, from: 'owner' },
  decideExclusion: { name: '复核剔除', roles: ['supervisor'], kinds: ratings, from: 'owner' },
  rectify: { name: '整改', roles: handlers, kinds: ratings, from: 'owner' },
  explain: { name: '解释说明', roles: handlers, kinds: ratings, from: 'owner' },
  investigate: { name: '调查', roles: [...handlers, 'supervisor'], kinds: complaints, from: 'owner' },
  answer: { name: '答复', roles: handlers, kinds: all, from: 'owner' },
  review: { name: '复核', roles: ['supervisor'], kinds: [...ratings, ...complaints], from: 'owner' },
  close: { name: '办结', roles: [...handlers, 'supervisor'], kinds: all, from: 'owner' },
  rate: { name: '评价', roles: ['resident', 'agent'], kinds: all, from: 'anywhere' },
  extend: { name: '延长期限', roles: ['approver'], kinds: all, from: 'owner' },
  publish: {
    name: '公开答复',
    roles: ['clerk', 'approver'],
    kinds: ['consultation', 'suggestion'],
    from: 'owner',
  },
  markOverdue: { name: '登记超期', roles: ['system'], kinds: all, from: 'owner' },
  withdraw: { name: '撤回', roles: ['resident', 'agent'], kinds: asked, from: 'anywhere' },
};

export interface FeedbackLead {
  readonly status: FeedbackStatus;
  readonly closing?: FeedbackClosing;
}
export type FeedbackCell =
  | { readonly allowed: true; readonly leadsTo: readonly FeedbackLead[] }
  | { readonly allowed: false; readonly code: RefusalCode };
type Row = Readonly<Record<FeedbackCommandType, FeedbackCell>>;

function row(
  code: RefusalCode,
  permitted: Readonly<Partial<Record<FeedbackCommandType, readonly FeedbackLead[]>>>,
): Row {
  const cells = feedbackCommandTypes.map((command): [FeedbackCommandType, FeedbackCell] => {
    const leadsTo = permitted[command];
    return [command, leadsTo === undefined ? { allowed: false, code } : { allowed: true, leadsTo }];
  });
  return Object.fromEntries(cells) as Row;
}

const by = (status: Exclude<FeedbackStatus, 'closed'>): FeedbackLead => ({ status });
const ends = (closing: FeedbackClosing): FeedbackLead => ({ status: 'closed', closing });
type Kept = Partial<Record<FeedbackCommandType, readonly FeedbackLead[]>>;
/** What is done on the way and leads nowhere else. */
const stays = (status: Exclude<FeedbackStatus, 'closed'>, ...commands: readonly FeedbackCommandType[]): Kept =>
  Object.fromEntries(commands.map((command) => [command, [by(status)]]));

/**
 * What each status permits, and where it leads; the kind decides besides (`feedbackSpecs`). Rating and publishing
 * are facts of what is answered and lead nowhere.
 */
export const feedbackTable: Readonly<Record<FeedbackStage, Row>> = {
  none: row('feedback.unknown', { file: [by('filed')], open: [by('handling')] }),
  filed: row('feedback.state', {
    accept: [by('handling')],
    notAccept: [ends('notAccepted')],
    withdraw: [ends('withdrawn')],
    ...stays('filed', 'forward', 'assign', 'markOverdue'),
  }),
  handling: row('feedback.state', {
    callBack: [by('verified')],
    investigate: [by('resolved')],
    answer: [by('answered')],
    withdraw: [ends('withdrawn')],
    ...stays('handling', 'forward', 'assign', 'extend', 'markOverdue'),
  }),
  verified: row('feedback.state', {
    classify: [by('classified'), by('excluding')],
    ...stays('verified', 'assign', 'extend', 'markOverdue'),
  }),
  excluding: row('feedback.state', {
    decideExclusion: [ends('excluded'), by('verified')],
    ...stays('excluding', 'assign', 'extend', 'markOverdue'),
  }),
  classified: row('feedback.state', {
    rectify: [by('resolved')],
    explain: [by('resolved')],
    ...stays('classified', 'assign', 'extend', 'markOverdue'),
  }),
  resolved: row('feedback.state', {
    answer: [by('answered')],
    ...stays('resolved', 'assign', 'extend', 'markOverdue'),
  }),
  answered: row('feedback.state', {
    review: [by('reviewed'), by('handling'), by('classified')],
    close: [ends('done')],
    ...stays('answered', 'rate', 'publish'),
  }),
  reviewed: row('feedback.state', { close: [ends('done')], ...stays('reviewed', 'rate', 'publish') }),
  closed: row('feedback.closed', { rate: [], publish: [] }),
};

/** What a supervisor must have seen before it is closed. */
export const needsReview = (kind: FeedbackKind): boolean => feedbackSpecs.review.kinds.includes(kind);

/** Questions and suggestions are answered at once; what accuses somebody is looked into first. */
const answeredAtOnce: readonly FeedbackKind[] = ['consultation', 'suggestion'];

/** The whole rule of status and kind. */
export function cellOf(kind: FeedbackKind, stage: FeedbackStage, command: FeedbackCommandType): FeedbackCell {
  const cell = feedbackTable[stage][command];
  if (!cell.allowed) return cell;
  if (!feedbackSpecs[command].kinds.includes(kind)) return { allowed: false, code: 'feedback.kind' };
  const early = command === 'answer' && stage === 'handling' && !answeredAtOnce.includes(kind);
  const unreviewed = command === 'close' && stage === 'answered' && needsReview(kind);
  if (early || unreviewed) return { allowed: false, code: 'feedback.state' };
  // What the review sends back begins again where its kind is worked on.
  const other = kind === 'ratingFollowUp' ? 'handling' : 'classified';
  return command === 'review' ? { ...cell, leadsTo: cell.leadsTo.filter(({ status }) => status !== other) } : cell;
}
