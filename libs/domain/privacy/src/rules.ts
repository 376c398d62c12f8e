import { addDays, localDate, type LocalDate } from '@tongban/domain/calendar';
import {
  ok,
  ownershipTypes,
  refuse,
  type DecisionContext,
  type Draft,
  type EntryView,
  type Instant,
  type NodeCode,
  type RecordRules,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import {
  privacyEntrySchemas,
  type AnswerCommand,
  type AskCommand,
  type PrivacyCommand,
  type RequestKind,
  type RequestOutcome,
} from './schemas.js';

export const privacyRecordClass = 'privacy';
/** GB/T 35273-2020 §8.7: a request is answered within thirty days. */
export const answerDays = 30;

/** What a person asked for, without the words, which are sealed: plain JSON. */
export type PrivacyState = {
  readonly case: Uuid;
  readonly kind: RequestKind;
  /** Pseudonymous. */
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly answerBy: LocalDate;
  readonly answer: {
    readonly outcome: RequestOutcome;
    readonly legalBasis: string | null;
    /** True where the keys of the case's papers are destroyed by it, at every holder. */
    readonly erases: boolean;
    readonly by: string;
    readonly at: Instant;
  } | null;
  readonly owner: NodeCode;
  readonly seq: number;
  readonly epoch: number;
};

/** Folds one entry that checkPrivacyEntry has passed; a record that does not begin with what was asked throws. */
export function evolvePrivacy(state: PrivacyState | undefined, entry: EntryView): PrivacyState {
  const { seq, epoch, author: owner, recordedAt: at, actor } = entry;
  if (entry.type === 'privacy.asked') {
    if (state !== undefined) throw new Error(`record ${entry.record} begins twice`);
    const { case: record, kind, answerBy } = privacyEntrySchemas[entry.type].facts.parse(entry.facts);
    const asked = { kind, answerBy, askedBy: actor.subject, askedAt: at };
    return { case: record, ...asked, answer: null, owner, seq, epoch };
  }
  if (state === undefined) throw new Error(`record ${entry.record} does not begin with privacy.asked`);
  switch (entry.type) {
    case 'privacy.answered': {
      const { outcome, legalBasis = null, erases } = privacyEntrySchemas[entry.type].facts.parse(entry.facts);
      return { ...state, seq, epoch, answer: { outcome, legalBasis, erases, by: actor.subject, at } };
    }
    case ownershipTypes.offered:
      return { ...state, seq, epoch };
    case ownershipTypes.taken:
      return { ...state, seq, epoch, owner };
    default:
      throw new Error(`unknown entry ${entry.type} v${entry.version}`);
  }
}

type Drafts = Result<readonly Draft[]>;

/** Rules of class `privacy`: a request is asked once and answered once, by staff of the node that took it. */
export const privacyRules = (): RecordRules<PrivacyState, PrivacyCommand> => ({
  recordClass: privacyRecordClass,
  evolve: evolvePrivacy,
  decide: (state, command, context) =>
    command.type === 'ask' ? ask(state, command, context) : answer(state, command, context),
});

function ask(state: PrivacyState | undefined, command: AskCommand, { actor, now }: DecisionContext): Drafts {
  if (state !== undefined) return refuse('request.key-reused', '该申请已经提出');
  if (actor.role !== 'resident') return refuse('jurisdiction.role', '个人信息权利由本人行使');
  const facts = { case: command.case, kind: command.kind, answerBy: addDays(localDate(now), answerDays) };
  return ok([{ type: 'privacy.asked', version: 1, facts, sealed: { text: command.text } }]);
}

function answer(state: PrivacyState | undefined, command: AnswerCommand, { owner, actor }: DecisionContext): Drafts {
  const { outcome, legalBasis, text } = command;
  if (state === undefined) return refuse('privacy.unknown', '没有这项个人信息权利申请');
  if (state.owner !== owner) return refuse('privacy.not-owner', '该申请不由本级答复', { owner: state.owner });
  if (state.answer !== null) return refuse('privacy.answered', '该申请已经答复');
  if (actor.role !== 'approver') return refuse('jurisdiction.role', '个人信息权利申请由审批人员答复');
  if (outcome === 'refused' && legalBasis === undefined)
    return refuse('request.invalid', '不同意的，应当说明法律依据（《中华人民共和国个人信息保护法》第五十条）');
  const erases = state.kind === 'deletion' && outcome === 'granted';
  const facts = { outcome, erases, ...(legalBasis === undefined ? {} : { legalBasis }) };
  return ok([{ type: 'privacy.answered', version: 1, facts, sealed: { text } }]);
}
