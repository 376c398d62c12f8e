import { addDays, localDate, startOfLocalDate, type DueDate, type WorkingCalendar } from '@tongban/domain/calendar';
import { ok, refuse, type Instant } from '@tongban/kernel';
import { acceptance, isDeemedAccepted } from './acceptance.js';
import { clockOf } from './clock.js';
import type { ViolationKind } from './codes.js';
import type { CaseContext, Decider } from './context.js';
import { isOver, noticeWorkingDays, pauseBound } from './deadlines.js';
import { draft } from './entry-schemas.js';
import { isBlamed } from './fold.js';
import { runningPause } from './procedure-state.js';
import type { CaseState } from './state.js';

/** What a region sets for the acts that the system does by itself. */
export interface DutyParameters {
  /** Working days after delivery, or closing where nothing is delivered, in which the applicant may rate. */
  readonly defaultRatingWorkingDays: number;
}
export const usualDutyParameters: DutyParameters = { defaultRatingWorkingDays: 15 };

export type DutyKind = 'deemAccepted' | 'markOverdue' | 'defaultRating';
/** `at`: when to look at the case, which by then may have got more time. */
export interface Duty {
  readonly kind: DutyKind;
  readonly at: Instant;
}

/** The first instant at which a limit is over. */
const endOf = ({ date }: DueDate): Instant => startOfLocalDate(addDays(date, 1));

interface Limit {
  readonly kind: ViolationKind;
  readonly due: DueDate;
}

/** Limits that run now and whose breach has not been written down. */
function openLimits(state: CaseState, calendar: WorkingCalendar, now: Instant): Limit[] {
  const { promised, statutory, step } = clockOf(state, calendar, now);
  const limits: Limit[] = [];
  const add = (kind: ViolationKind, due: DueDate | undefined, since = 0): void => {
    if (due !== undefined && !isBlamed(state, kind, since)) limits.push({ kind, due });
  };
  if (state.status === 'accepted') {
    add('promisedOverdue', promised?.due);
    add('statutoryOverdue', statutory?.due);
    if (step?.step === 'review') add('reviewOverdue', step.statutory?.due);
    const pause = runningPause(state);
    if (pause !== undefined) add('pauseOverrun', pauseBound(calendar, pause), startOfLocalDate(pause.from));
  }
  if (state.status === 'approved') add('certificateOverdue', step?.statutory?.due);
  return limits;
}

const overdueLimits = (state: CaseState, { calendar, now }: Pick<CaseContext, 'calendar' | 'now'>): Limit[] =>
  openLimits(state, calendar, now).filter(({ due }) => isOver(due, localDate(now)));

/** Article 32 (4): silence for five working days is acceptance, whether or not all papers are there. */
export const deemAccepted: Decider<'deemAccepted'> = (state, { sequence }, context) =>
  isDeemedAccepted(state, context)
    ? ok([acceptance(state, sequence, context)])
    : refuse('case.not-due', '一次告知期限未满，不能视为受理');

/** Writes down a breach on the day it happens, so that nobody has to wait for the decision to see it. */
export const markOverdue: Decider<'markOverdue'> = (state, _command, context) => {
  const late = overdueLimits(state, context);
  return late.length === 0
    ? refuse('case.not-due', '没有新的超期')
    : ok(late.map(({ kind, due }) => draft('case.overdue', { kind, dueOn: due.date })));
};

function ratingDuty(state: CaseState, calendar: WorkingCalendar, parameters: DutyParameters): Duty | null {
  const { closing, closedAt, delivered, ratings } = state;
  if (closing === null || closing === 'withdrawn' || closedAt === null || ratings.length > 0) return null;
  const from = localDate(delivered?.deliveredAt ?? closedAt);
  return { kind: 'defaultRating', at: endOf(calendar.addWorkingDays(from, parameters.defaultRatingWorkingDays)) };
}

/**
 * What the system has to do next with a case by itself, and when to look; null when nothing. A limit that is only
 * provisional is looked at on its day and then found not to be due.
 */
export function dutyOf(
  state: CaseState,
  calendar: WorkingCalendar,
  now: Instant,
  parameters: DutyParameters = usualDutyParameters,
): Duty | null {
  if (state.status === 'closed') return ratingDuty(state, calendar, parameters);
  if (state.status === 'submitted') {
    const limit =
      state.receivedAt === null ? null : calendar.addWorkingDays(localDate(state.receivedAt), noticeWorkingDays);
    return limit === null ? null : { kind: 'deemAccepted', at: endOf(limit) };
  }
  const ends = openLimits(state, calendar, now).map(({ due }) => endOf(due));
  return ends.length === 0 ? null : { kind: 'markOverdue', at: Math.min(...ends) };
}
