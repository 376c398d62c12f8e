import { localDate, type DueDate, type LocalDate, type WorkingCalendar } from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';
import {
  certificateWorkingDays,
  dueAfter,
  duesOf,
  firstReviewWorkingDays,
  isOver,
  noticeWorkingDays,
  pauseBound,
  remainingWorkingDays,
  standstillsOf,
} from './deadlines.js';
import type { ClockColour, ClockStep, SpecialProcedure } from './procedure-codes.js';
import { runningPause } from './procedure-state.js';
import type { CaseState } from './state.js';

/** From how many working days before a limit its clock turns blue. */
export const reminderWorkingDays = 1;

export interface LimitClock {
  readonly due: DueDate;
  /** Working days: 0 on the last day, negative after it. */
  readonly remainingDays: number;
  /** Passed, and certain. */
  readonly overdue: boolean;
}

export interface StepClock {
  readonly step: ClockStep;
  readonly since: LocalDate;
  /** The share of the promised time that the item's procedure gives the step. */
  readonly promised: LimitClock | null;
  readonly statutory: LimitClock | null;
}

export interface PauseClock {
  /** `supplement`: the clock has not begun, the applicant has to complete the papers. */
  readonly reason: SpecialProcedure | 'supplement';
  readonly noticeNumber: string;
  readonly from: LocalDate;
  /** Until when the clock stands still at most; null where the applicant's own time is not bound. */
  readonly until: DueDate | null;
}

/** Where the clocks of a case stand at an instant. `provisional`: a day counted lies in a year not yet published. */
export interface CaseClock {
  readonly color: ClockColour;
  readonly promised: LimitClock | null;
  readonly statutory: LimitClock | null;
  readonly step: StepClock | null;
  readonly pause: PauseClock | null;
  readonly extendedDays: number;
  readonly provisional: boolean;
}

/** A township or another lower authority reviews what a higher one decides. */
export const needsFirstReview = ({ item, route }: Pick<CaseState, 'item' | 'route'>): boolean =>
  item.regime === 'reportedUp' && route.accept !== route.decide;

export function stepOf(state: CaseState): ClockStep | null {
  switch (state.status) {
    case 'preReview':
      return null;
    case 'submitted':
      return state.receivedAt === null ? null : 'accept';
    case 'supplementing':
      return null;
    case 'accepted':
      return needsFirstReview(state) && !state.reviewed ? 'review' : 'decide';
    case 'approved':
      return 'certify';
    case 'closed':
      return (state.closing === 'certified' || state.closing === 'approved') && state.delivered === null
        ? 'deliver'
        : null;
  }
}

const statutoryStepDays: Readonly<Record<ClockStep, number | null>> = {
  accept: noticeWorkingDays,
  review: firstReviewWorkingDays,
  decide: null,
  certify: certificateWorkingDays,
  deliver: certificateWorkingDays,
};

interface Reading {
  readonly state: CaseState;
  readonly calendar: WorkingCalendar;
  readonly today: LocalDate;
}

const limitClock = ({ calendar, today }: Reading, due: DueDate): LimitClock => ({
  due,
  remainingDays: remainingWorkingDays(calendar, today, due),
  overdue: isOver(due, today),
});

/** The day from which the law counts a step; the promised share counts from when the step began where it is taken. */
function lawfulStart({ status, receivedAt, acceptedOn, decidedAt }: CaseState): LocalDate | null {
  if (status === 'submitted') return receivedAt === null ? null : localDate(receivedAt);
  if (status === 'accepted') return acceptedOn;
  return decidedAt === null ? null : localDate(decidedAt);
}

function stepClock(reading: Reading): StepClock | null {
  const { state, calendar, today } = reading;
  const step = stepOf(state);
  const start = lawfulStart(state);
  if (step === null || start === null) return null;
  const began = state.stepSince === null ? start : localDate(state.stepSince);
  const since = step === 'accept' || began < start ? start : began;
  const standstills = step === 'accept' ? [] : standstillsOf(calendar, state, today);
  // Where nobody reviews below, reviewing is part of the way to the decision.
  const shared: readonly string[] = step === 'decide' && !needsFirstReview(state) ? ['review', 'decide'] : [step];
  const pinned = (state.item.steps ?? []).filter(({ power }) => shared.includes(power));
  const share = pinned.reduce((sum, { days }) => sum + days, 0);
  const lawful = statutoryStepDays[step];
  return {
    step,
    since,
    promised:
      pinned.length === 0
        ? null
        : limitClock(reading, dueAfter(calendar, { from: since, days: share, unit: state.item.timeUnit }, standstills)),
    statutory:
      lawful === null
        ? null
        : limitClock(reading, dueAfter(calendar, { from: start, days: lawful, unit: 'workingDay' }, standstills)),
  };
}

function pauseClock({ state, calendar, today }: Reading): PauseClock | null {
  const round = state.supplements.at(-1);
  if (state.status === 'supplementing' && round !== undefined)
    return {
      reason: 'supplement',
      noticeNumber: round.noticeNumber,
      from: localDate(round.requestedAt),
      until: null,
    };
  const pause = runningPause(state);
  if (pause === undefined || state.status === 'closed') return null;
  const until = pauseBound(calendar, pause);
  if (today > until.date) return null;
  return { reason: pause.procedure, noticeNumber: pause.noticeNumber, from: pause.from, until };
}

/** A breach that is certain shows first; then what stands still or is not certain; then what comes near. */
function colourOf(state: CaseState, { promised, statutory, step, pause }: Omit<CaseClock, 'color'>): ClockColour {
  const limits = [promised, statutory, step?.promised ?? null, step?.statutory ?? null].filter(
    (limit) => limit !== null,
  );
  const delivering = step?.step === 'deliver';
  if (state.status === 'closed' && !(delivering && step.statutory?.overdue === true)) return 'ended';
  if (statutory?.overdue === true || step?.statutory?.overdue === true) return 'red';
  if (promised?.overdue === true || step?.promised?.overdue === true) return 'yellow';
  if (pause !== null) return 'paused';
  if (limits.length === 0) return 'idle';
  // A special procedure that outlasts what the applicant was told is a fault even while the limits are kept.
  if (state.status !== 'closed' && runningPause(state) !== undefined) return 'yellow';
  if (limits.some(({ due }) => due.provisional)) return 'provisional';
  return limits.some(({ remainingDays }) => remainingDays <= reminderWorkingDays) ? 'blue' : 'green';
}

/**
 * The clocks of a case, counted anew from its facts with the calendar as it is known now: what was provisional when it
 * was written becomes certain here by itself. The overall limits stop at the decision.
 */
export function clockOf(state: CaseState, calendar: WorkingCalendar, now: Instant): CaseClock {
  const today = localDate(now);
  const stoppedAt = state.decidedAt ?? state.closedAt;
  const overall: Reading = { state, calendar, today: stoppedAt === null ? today : localDate(stoppedAt) };
  const dues = duesOf(state, calendar, overall.today);
  const undecided = state.status !== 'approved' && state.status !== 'closed';
  const reading: Reading = { state, calendar, today };
  const step = stepClock(reading);
  const clock = {
    promised: dues === null ? null : limitClock(overall, dues.promisedDue),
    statutory: dues === null ? null : limitClock(overall, dues.statutoryDue),
    step,
    pause: pauseClock(reading),
    extendedDays: state.extension?.outcome === 'granted' ? state.extension.days : 0,
  };
  // What a decision has stopped is a matter of record and colours the running clock no more.
  const shown = undecided ? clock : { ...clock, promised: null, statutory: null };
  const running = [shown.promised, shown.statutory, step?.promised, step?.statutory];
  const provisional = running.some((limit) => limit?.due.provisional === true);
  return { color: colourOf(state, { ...shown, provisional }), ...clock, provisional };
}
