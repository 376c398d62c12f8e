import { localDate, type WorkingCalendar } from '@tongban/domain/calendar';
import { backDatingMs, clockSkewMs } from '@tongban/domain/casework';
import {
  ok,
  parentOf,
  refuse,
  tierOf,
  type DecisionContext,
  type Draft,
  type NodeCode,
  type RecordRules,
  type Result,
} from '@tongban/kernel';
import { feedbackKinds, feedbackStatuses, type FeedbackKind } from './codes.js';
import { deciders, type FeedbackContext } from './deciders.js';
import { evolveFeedback } from './evolve.js';
import { draft, type FeedbackCommand, type FeedbackCommandOf } from './schemas.js';
import type { FeedbackState } from './state.js';
import { cellOf, feedbackSpecs, type FeedbackCommandType } from './table.js';
import { dueAfter, type FeedbackTerms } from './terms.js';

export const feedbackRecordClass = 'feedback';
export type FeedbackRules = RecordRules<FeedbackState, FeedbackCommand>;

export interface FeedbackRulesOptions {
  readonly calendar: WorkingCalendar;
  readonly terms: FeedbackTerms;
}

/** The rules of class `feedback`: complaints, consultations, suggestions, follow-up of bad ratings. */
export const feedbackRules = (options: FeedbackRulesOptions): FeedbackRules => ({
  recordClass: feedbackRecordClass,
  evolve: evolveFeedback,
  decide: (state, command, context) => decide(state, command, { ...context, ...options }),
});

type Drafts = Result<readonly Draft[]>;

function decide(state: FeedbackState | undefined, command: FeedbackCommand, context: FeedbackContext): Drafts {
  const refused = placeRefusal(state, context) ?? tableRefusal(state, command, context) ?? timeRefusal(state, context);
  if (refused !== undefined) return refused;
  if (command.type === 'file') return file(command, context);
  if (command.type === 'open') return open(command, context);
  const parties = partyRefusal(state!, command.type, context);
  return parties ?? decideOne(state!, command, context);
}

function placeRefusal(state: FeedbackState | undefined, { owner }: DecisionContext): Result<never> | undefined {
  if (state === undefined) return undefined;
  if (state.owner !== owner) return refuse('feedback.not-owner', '该件不在本级办理', { owner: state.owner });
  return state.pendingOffer === null
    ? undefined
    : refuse('feedback.handing-over', '该件正在移交，请稍后再办', { to: state.pendingOffer.to });
}

const kindOf = (state: FeedbackState | undefined, command: FeedbackCommand): FeedbackKind =>
  state?.kind ?? (command.type === 'file' ? command.kind : 'ratingFollowUp');

function tableRefusal(
  state: FeedbackState | undefined,
  command: FeedbackCommand,
  { actor, owner }: DecisionContext,
): Result<never> | undefined {
  const { type } = command;
  const { name, roles, from } = feedbackSpecs[type];
  const kind = kindOf(state, command);
  const cell = cellOf(kind, state?.status ?? 'none', type);
  if (!cell.allowed) {
    const status = state === undefined ? '尚未登记' : feedbackStatuses[state.status];
    return refuse(cell.code, `该${feedbackKinds[kind]}${status}，不能${name}`, {
      ...{ status: state?.status ?? 'none', command: type },
    });
  }
  if (!roles.includes(actor.role))
    return refuse('jurisdiction.role', `当前角色不能办理“${name}”`, { role: actor.role });
  if (from === 'owner' && actor.role !== 'system' && actor.division !== owner)
    return refuse('jurisdiction.division', `“${name}”只能由办理机关的人员办理`, { owner });
  return undefined;
}

function timeRefusal(
  state: FeedbackState | undefined,
  { occurredAt, now }: DecisionContext,
): Result<never> | undefined {
  if (occurredAt > now + clockSkewMs) return refuse('case.back-dated', '办理时间不能晚于当前时间');
  return state !== undefined && occurredAt < state.lastOccurredAt - backDatingMs
    ? refuse('case.back-dated', '办理时间不能早于上一环节')
    : undefined;
}

/** What those whose acts it is about must leave to others; a bad rating is put right by whoever caused it. */
const closedToParties: Readonly<Partial<Record<FeedbackKind, readonly FeedbackCommandType[]>>> = {
  complaint: ['accept', 'notAccept', 'investigate', 'answer', 'review', 'extend', 'close'],
  ratingFollowUp: ['classify', 'decideExclusion', 'review', 'extend'],
};

function partyRefusal(
  state: FeedbackState,
  type: FeedbackCommandType,
  { actor }: DecisionContext,
): Result<never> | undefined {
  const closed = closedToParties[state.kind]?.includes(type) === true && state.complainedOf.includes(actor.subject);
  if (closed) return refuse('feedback.party', `“${feedbackSpecs[type].name}”须由被投诉（被评价）人以外的人员办理`);
  const { classified, investigated, answered } = state.workers;
  const before =
    type === 'review' ? [investigated, answered, classified] : type === 'decideExclusion' ? [classified] : [];
  return before.includes(actor.subject)
    ? refuse('feedback.same-person', `“${feedbackSpecs[type].name}”须由经办人以外的人员作出`)
    : undefined;
}

function file(command: FeedbackCommandOf<'file'>, context: FeedbackContext): Drafts {
  const { type: _type, text, contact, handler, ...about } = command;
  const { owner, calendar, terms, now } = context;
  if (command.anonymous && contact !== undefined) return refuse('request.invalid', '匿名提出的，不填写联系方式');
  if (!command.anonymous && contact === undefined)
    return refuse('request.invalid', '请填写姓名和联系电话，或选择匿名提出');
  const due = dueAfter(calendar, localDate(now), terms.acceptanceDays);
  const filed = draft(
    'feedback.filed',
    { ...about, handler, due },
    contact === undefined ? { text } : { text, contact },
  );
  return ok(handler === owner ? [filed] : [filed, draft('record.offered', { to: handler, reason: 'competent' })]);
}

/** A village point has an agent and nobody who could accept, review or decide: what comes up there is handled above. */
export const handlingNode = (node: NodeCode): NodeCode =>
  tierOf(node) === 'village' ? (parentOf(node) ?? node) : node;

const badLevels: readonly string[] = ['dissatisfied', 'veryDissatisfied'];
/** The two lowest levels are bad ratings (差评), 国办发〔2019〕51号. */
export const isBadRating = (level: string): boolean => badLevels.includes(level);

function open(command: FeedbackCommandOf<'open'>, { owner, calendar, terms, now }: FeedbackContext): Drafts {
  const { type: _type, ...facts } = command;
  if (!isBadRating(command.rating.level)) return refuse('request.invalid', '只有差评需要整改');
  const due = dueAfter(calendar, localDate(now), terms.ratingFollowUpDays);
  const opened = draft('feedback.opened', { ...facts, due });
  const handler = handlingNode(owner);
  return ok(handler === owner ? [opened] : [opened, draft('record.offered', { to: handler, reason: 'competent' })]);
}

/** The table is by the command's own type, which the compiler cannot follow through an index. */
function decideOne(state: FeedbackState, command: FeedbackCommand, context: FeedbackContext): Drafts {
  const decider = deciders[command.type as keyof typeof deciders] as (
    ...given: [FeedbackState, FeedbackCommand, FeedbackContext]
  ) => Drafts;
  return decider(state, command, context);
}
