/** One direction of a link, seen by the receiver; stored in the receiver's database. */
export interface ReceiverState {
  readonly incarnation?: string;
  readonly applied: number;
}

export interface Range {
  readonly incarnation: string;
  readonly first: number;
  readonly count: number;
}

export type Reception =
  /** Apply the messages from index `skip` on; `next` is the state to commit with them. */
  | { readonly kind: 'apply'; readonly skip: number; readonly next: ReceiverState }
  /** All of it was applied before: answer with the standing receipt. */
  | { readonly kind: 'known' }
  /** Something in between is missing: answer with the standing receipt; the sender rewinds. */
  | { readonly kind: 'gap' };

/** Exactly once and in order per link, whatever the couriers double, lose or reorder (I2, I3). */
export function receive(state: ReceiverState, range: Range): Reception {
  const applied = range.incarnation === state.incarnation ? state.applied : 0;
  const last = range.first + range.count - 1;
  if (range.first > applied + 1) return { kind: 'gap' };
  if (last <= applied) return { kind: 'known' };
  return { kind: 'apply', skip: applied + 1 - range.first, next: { incarnation: range.incarnation, applied: last } };
}
