import { workingCalendar } from '@tongban/domain/calendar';
import { nodeCode, type DecisionContext, type EntryView, type Refusal, type Role } from '@tongban/kernel';
import type { FeedbackKind } from './codes.js';
import { hashFeedbackCode, makeFeedbackNumber } from './numbers.js';
import { feedbackRules } from './rules.js';
import { checkFeedbackEntry, type FeedbackCommand, type FeedbackCommandOf } from './schemas.js';
import type { FeedbackState } from './state.js';
import { feedbackSpecs, type FeedbackCommandType } from './table.js';
import { usualFeedbackTerms, type FeedbackTerms } from './terms.js';

export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
export const city = nodeCode('371100000000');
const record = '0190a000-0000-7000-8000-0000000000aa';
const dayMs = 24 * 3_600_000;
const calendar = workingCalendar();
export const queryCode = '12345678';
export const decider = 'decider';

const number = (kind: FeedbackKind): string => makeFeedbackNumber(kind, township, '2026-03-02', 1);
export const codeHash = (kind: FeedbackKind): string => hashFeedbackCode(number(kind), queryCode);

const about = (kind: FeedbackKind) => ({
  number: number(kind),
  queryCodeHash: codeHash(kind),
  complainedOf: [decider],
  department: 'civil-affairs',
});
export const filing = (
  kind: 'complaint' | 'consultation' | 'suggestion',
  changes: Partial<FeedbackCommandOf<'file'>> = {},
): FeedbackCommandOf<'file'> => ({
  ...{ ...about(kind), type: 'file', kind, channel: 'web', anonymous: false, handler: township },
  ...{ text: '办理时态度生硬', contact: { name: '王秀英', phone: '13800138000' } },
  ...changes,
});

/** One command of each type, as it would be given to feedback of a kind. */
export const samplesOf = (kind: FeedbackKind): { readonly [T in FeedbackCommandType]: FeedbackCommandOf<T> } => ({
  file: filing(kind === 'ratingFollowUp' ? 'complaint' : kind),
  open: {
    ...about('ratingFollowUp'),
    type: 'open',
    case: '0190a000-0000-7000-8000-000000000001',
    rating: { level: 'dissatisfied', channel: 'hallTablet', reasonCodes: [], at: 0 },
  },
  accept: { type: 'accept', complexity: 'general', complainedOf: [] },
  notAccept: { type: 'notAccept', reasonCode: 'duplicate', text: '已于上月答复' },
  forward: { type: 'forward', to: district, reason: 'competent' },
  assign: { type: 'assign', department: 'taxation' },
  callBack: { type: 'callBack', outcome: 'verified', text: '已电话核实' },
  classify: { type: 'classify', classification: 'reasonable', text: '情况属实' },
  decideExclusion: { type: 'decideExclusion', conclusion: 'agree', text: '经核实为误点' },
  rectify: { type: 'rectify', text: '已改正' },
  explain: { type: 'explain', text: '依规定须提供原件' },
  investigate: { type: 'investigate', finding: 'partly', text: '调取了录像' },
  answer: { type: 'answer', text: '现答复如下' },
  review: { type: 'review', conclusion: 'pass', text: '同意' },
  close: { type: 'close', satisfaction: 'unreachable' },
  rate: { type: 'rate', level: 'satisfied', queryCodeHash: codeHash(kind) },
  extend: { type: 'extend', days: 5, text: '须异地调查' },
  publish: { type: 'publish', question: '如何办理？', answer: '凭身份证到窗口办理。' },
  markOverdue: { type: 'markOverdue' },
  withdraw: { type: 'withdraw', queryCodeHash: codeHash(kind) },
});

export interface By {
  readonly role?: Role;
  readonly subject?: string;
  readonly owner?: DecisionContext['owner'];
  readonly division?: DecisionContext['owner'];
}

/** A record at its owner, moved by commands; every entry passes the check that another node would make. */
export class FeedbackBench {
  state: FeedbackState | undefined;
  private seq = 0;
  now = Date.parse('2026-03-02T02:00:00Z');

  constructor(private readonly terms: FeedbackTerms = usualFeedbackTerms) {}

  private get rules() {
    return feedbackRules({ calendar, terms: this.terms });
  }

  get is(): FeedbackState {
    return this.state!;
  }

  private context(command: FeedbackCommand, by: By): DecisionContext {
    const role = by.role ?? feedbackSpecs[command.type].roles[0]!;
    const owner = by.owner ?? this.state?.owner ?? township;
    const actor = { subject: by.subject ?? `${role}-${command.type}`, role, division: by.division ?? owner };
    return { owner, record, actor, occurredAt: this.now, now: this.now };
  }

  ask(command: FeedbackCommand, by: By = {}): Refusal | undefined {
    const decided = this.rules.decide(this.state, command, this.context(command, by));
    return decided.ok ? undefined : decided.refusal;
  }

  do(command: FeedbackCommand, by: By = {}): this {
    const context = this.context(command, by);
    const decided = this.rules.decide(this.state, command, context);
    if (!decided.ok) throw new Error(`${command.type}: ${decided.refusal.code} ${decided.refusal.detail}`);
    for (const entry of decided.value) {
      const checked = checkFeedbackEntry(entry);
      if (!checked.ok) throw new Error(`${entry.type}: ${checked.refusal.detail}`);
      this.fold({ ...entry, actor: context.actor, author: context.owner });
    }
    return this;
  }

  take(by: DecisionContext['owner']): this {
    const actor = { subject: 'system', role: 'system', division: by } as const;
    this.fold({ type: 'record.taken', version: 1, facts: {}, actor, author: by });
    return this;
  }

  private fold(entry: Pick<EntryView, 'type' | 'version' | 'facts' | 'actor' | 'author'>): void {
    this.state = this.rules.evolve(this.state, {
      ...{ id: record, record, seq: ++this.seq, epoch: 1, occurredAt: this.now, recordedAt: this.now },
      ...entry,
    });
  }

  passDays(days: number): this {
    this.now += days * dayMs;
    return this;
  }
}

/** Feedback of a kind brought to a status by the shortest way. */
export function benchAt(kind: FeedbackKind, status: FeedbackState['status']): FeedbackBench | undefined {
  const s = samplesOf(kind);
  const path: readonly FeedbackCommand[] =
    kind === 'ratingFollowUp'
      ? [s.open, s.callBack, s.classify, s.rectify, s.answer, s.review, s.close]
      : kind === 'complaint'
        ? [s.file, s.accept, s.investigate, s.answer, s.review, s.close]
        : [s.file, s.accept, s.answer, s.close];
  const bench = new FeedbackBench();
  if (status === 'excluding')
    return kind === 'ratingFollowUp'
      ? bench
          .do(s.open)
          .do(s.callBack)
          .do({ ...s.classify, classification: 'malicious' })
      : undefined;
  for (const command of path) {
    bench.do(command);
    if (bench.is.status === status) return bench;
  }
  return undefined;
}
