import type { Instant } from '@tongban/kernel';

/**
 * One breaker for the way to the province: after failures in a row nothing is sent for a while, then one probe decides.
 * A reject is an answer, not a failure.
 */
export type BreakerState =
  | { readonly name: 'closed'; readonly failures: number }
  | { readonly name: 'open'; readonly until: Instant; readonly openings: number }
  | { readonly name: 'halfOpen'; readonly probeBy: Instant; readonly openings: number };

export interface BreakerPolicy {
  readonly failuresToOpen: number;
  readonly openMs: number;
  readonly openMaxMs: number;
  /** A probe nobody settled in this time is taken for lost and another one may go. */
  readonly probeMs: number;
}

export const defaultBreakerPolicy: BreakerPolicy = {
  failuresToOpen: 5,
  openMs: 10_000,
  openMaxMs: 300_000,
  probeMs: 60_000,
};

export const closedBreaker: BreakerState = { name: 'closed', failures: 0 };

/** Asks to send now. */
export function askBreaker(
  state: BreakerState,
  now: Instant,
  policy: BreakerPolicy,
): { readonly state: BreakerState; readonly permitted: boolean } {
  if (state.name === 'closed') return { state, permitted: true };
  const waitsUntil = state.name === 'open' ? state.until : state.probeBy;
  if (now < waitsUntil) return { state, permitted: false };
  return { state: { name: 'halfOpen', probeBy: now + policy.probeMs, openings: state.openings }, permitted: true };
}

const opened = (openings: number, now: Instant, policy: BreakerPolicy): BreakerState => ({
  name: 'open',
  until: now + Math.min(policy.openMs * 2 ** openings, policy.openMaxMs),
  openings: openings + 1,
});

/** Tells the breaker how a permitted send ended. */
export function settleBreaker(
  state: BreakerState,
  succeeded: boolean,
  now: Instant,
  policy: BreakerPolicy,
): BreakerState {
  if (succeeded) return closedBreaker;
  if (state.name === 'halfOpen') return opened(state.openings, now, policy);
  // A send that was already on its way when the breaker opened says nothing new.
  if (state.name === 'open') return state;
  const failures = state.failures + 1;
  return failures >= policy.failuresToOpen ? opened(0, now, policy) : { name: 'closed', failures };
}
