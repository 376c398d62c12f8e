import { localDate, startOfLocalDate } from '@tongban/domain/calendar';
import { ok, refuse, type Draft, type Result } from '@tongban/kernel';
import { clockOf, type CaseClock } from './clock.js';
import type { ViolationKind } from './codes.js';
import { documentNumber, isBlank, type CaseContext, type Decider } from './context.js';
import { duesOf, isOver, pauseBound } from './deadlines.js';
import { draft } from './entry-schemas.js';
import { isBlamed } from './fold.js';
import { runningPause, type Pause } from './procedure-state.js';
import type { CaseState } from './state.js';

/** A special procedure begins: with its basis, and with a numbered notice that says how long it will take. */
export const pause: Decider<'pause'> = (_state, command, context) => {
  const { procedure, legalBasis, workingDays, text } = command;
  if (isBlank(legalBasis) || isBlank(text))
    return refuse('case.reason-required', '特别程序须有法律依据，并书面告知申请人所需时间');
  const noticeNumber = documentNumber('TB', command.sequence, context);
  const from = localDate(context.now);
  const begun: Pause = { noticeNumber, procedure, legalBasis, workingDays, from, endedOn: null };
  const until = pauseBound(context.calendar, begun);
  const facts = { noticeNumber, procedure, legalBasis, workingDays, from, until };
  return ok([draft('case.paused', facts, { text })]);
};

/** It ends, and both limits move by the days on which the clock stood still: never more than the applicant was told. */
export const resume: Decider<'resume'> = (state, { result }, context) => {
  const running = runningPause(state);
  if (running === undefined) return refuse('case.not-paused', '该件不在特别程序期间');
  if (isBlank(result)) return refuse('case.reason-required', '须写明特别程序的结果');
  const endedOn = localDate(context.now);
  const pauses = state.pauses.map((each) => (each === running ? { ...each, endedOn } : each));
  const dues = duesOf({ ...state, pauses }, context.calendar, endedOn);
  if (dues === null) return refuse('case.state', '该件尚未受理');
  return ok([draft('case.resumed', { noticeNumber: running.noticeNumber, endedOn, ...dues }, { result })]);
};

/** Article 42 extends a limit that runs: not one that has run out. */
function extensionRefusal(state: CaseState, { calendar, now }: CaseContext): Result<never> | undefined {
  const today = localDate(now);
  const dues = duesOf(state, calendar, today);
  if (dues !== null && isOver(dues.statutoryDue, today))
    return refuse('case.extension', '法定期限已过，不能再延长', { due: dues.statutoryDue.date });
  return undefined;
}

export const askExtension: Decider<'askExtension'> = (state, { days, reason }, context) => {
  if (state.extension !== null && state.extension.outcome !== 'rejected')
    return refuse('case.extension', '办理期限只能申请延长一次');
  if (isBlank(reason)) return refuse('case.reason-required', '申请延长期限须说明理由');
  return extensionRefusal(state, context) ?? ok([draft('case.extensionAsked', { days }, { reason })]);
};

export const decideExtension: Decider<'decideExtension'> = (state, { outcome, reason, sequence }, context) => {
  const asked = state.extension;
  if (asked === null || asked.outcome !== null) return refuse('case.extension', '没有待批准的延长期限申请');
  if (asked.askedBy === context.actor.subject) return refuse('case.same-person', '申请延长期限的人不得批准延长');
  if (isBlank(reason)) return refuse('case.reason-required', '延长期限的理由须告知申请人');
  if (outcome === 'rejected') return ok([draft('case.extensionDecided', { outcome }, { reason })]);
  const late = extensionRefusal(state, context);
  if (late !== undefined) return late;
  const dues = duesOf({ ...state, extension: { ...asked, outcome } }, context.calendar, localDate(context.now));
  if (dues === null) return refuse('case.state', '该件尚未受理');
  const noticeNumber = documentNumber('YQ', sequence, context);
  return ok([draft('case.extensionDecided', { outcome, noticeNumber, ...dues }, { reason })]);
};

/** A year's holidays have been published: what was provisional is written down as it really is. */
export const recount: Decider<'recount'> = (state, _command, context) => {
  const { promisedDue, statutoryDue } = state;
  const isCertain = promisedDue?.provisional !== true && statutoryDue?.provisional !== true;
  // A certain limit may still move: the State Council changes a year that was published. Of a clock that stands still
  // nobody knows the limit; it is counted anew when it goes on.
  if (isCertain && runningPause(state) !== undefined)
    return refuse('case.nothing-to-recount', '特别程序期间期限停计，恢复时一并重算');
  const dues = duesOf(state, context.calendar, localDate(context.now));
  if (dues === null) return refuse('case.state', '该件尚未受理');
  const same =
    dues.promisedDue.date === promisedDue?.date &&
    dues.promisedDue.provisional === promisedDue.provisional &&
    dues.statutoryDue.date === statutoryDue?.date &&
    dues.statutoryDue.provisional === statutoryDue.provisional;
  return same
    ? refuse('case.nothing-to-recount', '放假安排没有影响该件的变化，期限不变')
    : ok([draft('case.recounted', { ...dues })]);
};

const stepKinds: Partial<Record<NonNullable<CaseClock['step']>['step'], ViolationKind>> = {
  review: 'reviewOverdue',
  certify: 'certificateOverdue',
};

/**
 * What a step, by ending, shows to be late and no other entry says: first review, certificate, a special procedure
 * that took longer than told, and limits that were provisional when they were written and are certain now.
 */
export function overdueDrafts(state: CaseState, type: string, context: CaseContext): Draft[] {
  const { calendar, now } = context;
  const clock = clockOf(state, calendar, now);
  const late: { readonly kind: ViolationKind; readonly dueOn: string }[] = [];
  const kind = clock.step === null ? undefined : stepKinds[clock.step.step];
  const ends = (type === 'review' && kind === 'reviewOverdue') || (type === 'certify' && kind === 'certificateOverdue');
  if (ends && clock.step?.statutory?.overdue === true && !isBlamed(state, kind))
    late.push({ kind, dueOn: clock.step.statutory.due.date });
  if (type === 'decide') {
    const { promised, statutory } = clock;
    if (state.promisedDue?.provisional === true && promised?.overdue === true && !isBlamed(state, 'promisedOverdue'))
      late.push({ kind: 'promisedOverdue', dueOn: promised.due.date });
    if (state.statutoryDue?.provisional === true && statutory?.overdue === true && !isBlamed(state, 'statutoryOverdue'))
      late.push({ kind: 'statutoryOverdue', dueOn: statutory.due.date });
  }
  const running = runningPause(state);
  if (type === 'resume' && running !== undefined) {
    const bound = pauseBound(calendar, running);
    if (isOver(bound, localDate(now)) && !isBlamed(state, 'pauseOverrun', startOfLocalDate(running.from)))
      late.push({ kind: 'pauseOverrun', dueOn: bound.date });
  }
  return late.map((facts) => draft('case.overdue', facts));
}
