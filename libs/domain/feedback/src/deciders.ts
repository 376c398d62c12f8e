import { localDate, type WorkingCalendar } from '@tongban/domain/calendar';
import { isWithin, ok, refuse, type DecisionContext, type Draft, type Result } from '@tongban/kernel';
import { isLate } from './evolve.js';
import { answerNumber } from './numbers.js';
import { draft, type FeedbackCommandOf } from './schemas.js';
import type { FeedbackState } from './state.js';
import type { FeedbackCommandType } from './table.js';
import { dueAfter, handlingDays, type FeedbackTerms } from './terms.js';

/** A kernel context with what the rules were made with. */
export interface FeedbackContext extends DecisionContext {
  readonly calendar: WorkingCalendar;
  readonly terms: FeedbackTerms;
}

/** Decides one command; status, kind, role, owner, parties and times have been checked already. */
export type Decider<T extends FeedbackCommandType> = (
  state: FeedbackState,
  command: FeedbackCommandOf<T>,
  context: FeedbackContext,
) => Result<readonly Draft[]>;
type Deciders = { readonly [T in Exclude<FeedbackCommandType, 'file' | 'open'>]: Decider<T> };

const one = (entry: Draft): Result<readonly Draft[]> => ok([entry]);

const accept: Decider<'accept'> = (state, { complexity, days, complainedOf }, { actor, calendar, terms, now }) => {
  if (complainedOf.includes(actor.subject)) return refuse('feedback.party', '被投诉人不得受理本件');
  const set = handlingDays(terms, state.kind, complexity, days);
  if (!set.ok) return set;
  const due = dueAfter(calendar, localDate(now), set.value);
  return one(draft('feedback.accepted', { complexity, due, complainedOf }));
};

/** Up or down the tree only: there the record is held already, and its links lead there. */
const forward: Decider<'forward'> = (_state, { to, reason, note, content }, { owner }) => {
  if (to === owner) return refuse('request.invalid', '该件已由本级办理，无须转办', { to });
  if (!isWithin(to, owner) && !isWithin(owner, to))
    return refuse('request.invalid', '只能转给上级或下级机关，同级转办请经共同的上级', { to });
  const sealed = { ...content, ...(note === undefined ? {} : { note }) };
  return ok([draft('feedback.forwarded', { to, reason }, sealed), draft('record.offered', { to, reason })]);
};

const rectify: Decider<'rectify'> = (state, { text }) =>
  state.classification === 'reasonable'
    ? one(draft('feedback.rectified', {}, { text }))
    : refuse('feedback.state', '研判为诉求合理的，才作整改');

const explain: Decider<'explain'> = (state, { text }) =>
  state.classification === 'noBasis'
    ? one(draft('feedback.explained', {}, { text }))
    : refuse('feedback.state', '诉求合理的须整改，不能只作解释');

const close: Decider<'close'> = (state, { satisfaction }) => {
  if (satisfaction === 'given' && state.rated === null) return refuse('feedback.satisfaction', '本人尚未评价');
  if (satisfaction !== 'given' && state.rated !== null) return refuse('feedback.satisfaction', '本人已经评价');
  if ((satisfaction === 'anonymous') !== (state.anonymous && state.rated === null))
    return refuse('feedback.satisfaction', '匿名提出的登记为匿名，其他须先询问满意度');
  return one(draft('feedback.closed', { satisfaction }));
};

/** Number and query code stand for the person; a resident's token, if there is one, says nothing about them. */
const isTheirs = (state: FeedbackState, queryCodeHash: string): boolean => state.queryCodeHash === queryCodeHash;
const notTheirs = (): Result<never> => refuse('feedback.query-code', '编号与查询码不符');

const rate: Decider<'rate'> = (state, { level, text, queryCodeHash }) => {
  if (!isTheirs(state, queryCodeHash)) return notTheirs();
  if (state.rated !== null) return refuse('feedback.rated', '该件已经评价过');
  if (state.closing !== null && state.closing !== 'done') return refuse('feedback.closed', '该件没有答复，无须评价');
  return one(text === undefined ? draft('feedback.rated', { level }) : draft('feedback.rated', { level }, { text }));
};

const extend: Decider<'extend'> = (state, { days, text }, { calendar, terms, now }) => {
  if (state.extendedDays > 0) return refuse('feedback.terms', '办理期限只能延长一次');
  if (days > terms.maxExtensionDays)
    return refuse('feedback.terms', `最多延长 ${terms.maxExtensionDays} 个工作日`, { most: terms.maxExtensionDays });
  if (isLate(state, now)) return refuse('feedback.terms', '期限已过，不能再延长', { due: state.due.date });
  const added = dueAfter(calendar, state.due.date, days);
  const due = { date: added.date, provisional: added.provisional || state.due.provisional };
  return one(draft('feedback.extended', { days, due }, { text }));
};

const publish: Decider<'publish'> = (state, { question, answer }) => {
  if (state.published !== null) return refuse('feedback.published', '该答复已公开');
  if (state.answers === 0) return refuse('feedback.state', '尚未答复，不能公开');
  return one(draft('feedback.published', { question, answer }));
};

const markOverdue: Decider<'markOverdue'> = (state, _command, { now }) => {
  const step = state.status === 'filed' ? 'acceptance' : 'handling';
  return isLate(state, now) && !state.overdue.includes(step)
    ? one(draft('feedback.overdue', { step, dueOn: state.due.date }))
    : refuse('feedback.state', '该件没有超期，或已经登记');
};

export const deciders: Deciders = {
  ...{ accept, forward, rectify, explain, close, rate, extend, publish, markOverdue },
  notAccept: (_state, { reasonCode, text }) => one(draft('feedback.notAccepted', { reasonCode }, { text })),
  assign: (_state, { department, subject }) =>
    one(draft('feedback.assigned', subject === undefined ? { department } : { department, subject })),
  callBack: (_state, { outcome, text }) => one(draft('feedback.calledBack', { outcome }, { text })),
  classify: (_state, { classification, text }) => one(draft('feedback.classified', { classification }, { text })),
  decideExclusion: (_state, { conclusion, text }) => one(draft('feedback.exclusionDecided', { conclusion }, { text })),
  investigate: (_state, { finding, text }) => one(draft('feedback.investigated', { finding }, { text })),
  answer: ({ number, answers }, { text }) =>
    one(draft('feedback.answered', { documentNumber: answerNumber(number, answers + 1) }, { text })),
  review: (_state, { conclusion, text }) => one(draft('feedback.reviewed', { conclusion }, { text })),
  withdraw: (state, { queryCodeHash }) =>
    isTheirs(state, queryCodeHash) ? one(draft('feedback.withdrawn', {})) : notTheirs(),
};
