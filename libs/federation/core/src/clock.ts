/** How far apart two clocks may be before somebody is told. Nothing stops: an act has to be possible with a wrong clock, too. */
export const clockLimits = {
  /** Shown as apart, and an alert after a while. */
  apartMs: 2_000,
  /** Written down in the audit log: times in signed entries are then visibly wrong. */
  wrongMs: 30_000,
} as const;

/** One comparison with another clock, by question and answer. */
export interface ClockReading {
  /** How far the other clock is ahead of ours; behind when negative. */
  readonly aheadMs: number;
  /** How much of that may be the way of question and answer, either way. */
  readonly errorMs: number;
}

export type ClockStanding = 'together' | 'apart' | 'wrong';

/**
 * The other clock said `theirs` at some moment between `asked` and `answered` of ours, so half of the time between is the
 * error. Undefined when our clock was set back meanwhile.
 */
export function readClock(asked: number, theirs: number, answered: number): ClockReading | undefined {
  if (answered < asked || !Number.isFinite(theirs)) return undefined;
  return { aheadMs: theirs - (asked + answered) / 2, errorMs: (answered - asked) / 2 };
}

/** By what is certain of the difference: a slow way makes no clock wrong. */
export function clockStanding({ aheadMs, errorMs }: ClockReading): ClockStanding {
  const certainMs = Math.abs(aheadMs) - errorMs;
  if (certainMs >= clockLimits.wrongMs) return 'wrong';
  return certainMs >= clockLimits.apartMs ? 'apart' : 'together';
}
