import type { Instant } from '@tongban/kernel';

/**
 * One direction of a link, seen by the sender. The numbers live in the database; this machine only decides what to
 * hand to a courier and when. Losing it (a crash) costs a re-send, never a message: see SPEC.md, "Paths that re-send".
 */
export interface SenderState {
  /** Newest number given in a committed transaction; 0 before the first. */
  readonly last: number;
  /** Newest number the receiver has applied, from its signed status. */
  readonly acked: number;
  /** Newest number handed to a courier since the last rewind. */
  readonly sent: number;
  /** When to rewind to `acked` if no receipt has come; undefined while nothing is outstanding. */
  readonly rewindAt?: Instant;
  readonly rewindDelayMs: number;
  /** When a gap last made it go back, as long as no receipt has come since: the same gap is often reported many times. */
  readonly gapAt?: Instant;
  /** Since when something is unacknowledged; undefined when all is. */
  readonly unackedSince?: Instant;
}

export const senderLimits = {
  /** Messages that may be outstanding on a link. */
  windowMessages: 4000,
  /** Messages in one envelope. */
  envelopeMessages: 500,
  firstRewindDelayMs: 5_000,
  maxRewindDelayMs: 300_000,
  /** A gap that is reported again makes the sender go back again at most this often. */
  gapIntervalMs: 1_000,
} as const;

export type SenderEvent =
  | { readonly type: 'committed'; readonly last: number }
  | { readonly type: 'receipt'; readonly applied: number }
  | { readonly type: 'handedOver'; readonly until: number }
  /** The courier could not take it: `from` is the first number that it did not take. */
  | { readonly type: 'handOverFailed'; readonly from: number }
  /** The receiver misses something between what it applied and what it got. */
  | { readonly type: 'gap'; readonly applied: number }
  /** A courier works again after it did not: what it had taken may be lost. */
  | { readonly type: 'resumed' }
  | { readonly type: 'tick' };

export const newSender = (last: number, acked: number): SenderState => ({
  last,
  acked,
  sent: acked,
  rewindDelayMs: senderLimits.firstRewindDelayMs,
});

export function senderStep(state: SenderState, event: SenderEvent, now: Instant): SenderState {
  switch (event.type) {
    case 'committed':
      return settle({ ...state, last: Math.max(state.last, event.last) }, now);
    case 'receipt': {
      // A receipt for more than was ever given comes from a receiver that remembers a future we lost (restored backup):
      // the runtime handles that by incarnation; here it must not move the numbers.
      if (event.applied <= state.acked || event.applied > state.last) return state;
      const { gapAt: _settled, ...rest } = state;
      const moved = { ...rest, acked: event.applied, sent: Math.max(state.sent, event.applied) };
      return settle(restarted({ ...moved, rewindDelayMs: senderLimits.firstRewindDelayMs }, now), now);
    }
    case 'handedOver': {
      const sent = Math.max(state.sent, Math.min(event.until, state.last));
      const next = { ...state, sent };
      return next.rewindAt === undefined ? restarted(next, now) : next;
    }
    case 'handOverFailed':
      return { ...state, sent: Math.max(state.acked, Math.min(state.sent, event.from - 1)) };
    case 'gap':
      if (event.applied !== state.acked) return state;
      if (state.gapAt !== undefined && now < state.gapAt + senderLimits.gapIntervalMs) return state;
      return restarted({ ...state, sent: state.acked, gapAt: now }, now);
    case 'resumed':
      return restarted({ ...state, sent: state.acked, rewindDelayMs: senderLimits.firstRewindDelayMs }, now);
    case 'tick':
      if (state.rewindAt === undefined || now < state.rewindAt) return state;
      return {
        ...state,
        sent: state.acked,
        rewindAt: now + state.rewindDelayMs,
        rewindDelayMs: Math.min(state.rewindDelayMs * 2, senderLimits.maxRewindDelayMs),
      };
  }
}

/** The next range to hand over, or undefined when there is nothing to send or the window is full. */
export function nextRange(state: SenderState): { readonly from: number; readonly until: number } | undefined {
  // After a rewind without a receipt one envelope is enough to find out whether the receiver is back.
  const probing = state.rewindDelayMs > senderLimits.firstRewindDelayMs;
  const room = state.acked + (probing ? senderLimits.envelopeMessages : senderLimits.windowMessages);
  const until = Math.min(state.last, room, state.sent + senderLimits.envelopeMessages);
  return until > state.sent ? { from: state.sent + 1, until } : undefined;
}

function restarted(state: SenderState, now: Instant): SenderState {
  const { rewindAt: _old, ...rest } = state;
  return state.sent > state.acked ? { ...rest, rewindAt: now + state.rewindDelayMs } : rest;
}

function settle(state: SenderState, now: Instant): SenderState {
  const { unackedSince, ...rest } = state;
  if (state.acked >= state.last) return rest;
  return { ...rest, unackedSince: unackedSince ?? now };
}
