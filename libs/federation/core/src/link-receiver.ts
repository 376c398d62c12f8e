import { isEarlierSession } from './link-session.js';

/** One direction of a link, seen by the receiver; stored in the receiver's database. */
export interface ReceiverState {
  /** The latest session that something was applied of. */
  readonly session?: string;
  readonly applied: number;
}

export interface Range {
  readonly session: string;
  /** The number before the session's first one. */
  readonly base: number;
  readonly first: number;
  readonly count: number;
}

export type Reception =
  /** Apply the messages from index `skip` on; `next` is the state to commit with them. */
  | { readonly kind: 'apply'; readonly skip: number; readonly next: ReceiverState }
  /** All of it was applied before: answer with the standing receipt. */
  | { readonly kind: 'known' }
  /** Something in between is missing: answer with the standing receipt; the sender rewinds. */
  | { readonly kind: 'gap' }
  /** Of a session that a later one has replaced: it no longer counts. */
  | { readonly kind: 'stale' };

/** The number that a range is compared with: what was applied of its session, or where the session begins. */
export const appliedIn = (state: ReceiverState, session: string, base: number): number =>
  session === state.session ? state.applied : base;

/** Exactly once and in order per link, whatever the couriers double, lose or reorder (I2, I3). */
export function receive(state: ReceiverState, range: Range): Reception {
  if (state.session !== undefined && isEarlierSession(range.session, state.session)) return { kind: 'stale' };
  const applied = appliedIn(state, range.session, range.base);
  const last = range.first + range.count - 1;
  if (range.first > applied + 1) return { kind: 'gap' };
  if (last <= applied) return { kind: 'known' };
  return { kind: 'apply', skip: applied + 1 - range.first, next: { session: range.session, applied: last } };
}
