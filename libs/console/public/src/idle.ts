/** How long a person may do nothing at a terminal before what the person typed goes. */
export interface IdleRules {
  readonly warnAfterMs: number;
  readonly clearAfterMs: number;
}

export const kioskIdle: IdleRules = { warnAfterMs: 60_000, clearAfterMs: 90_000 };

export type Idle =
  | { readonly kind: 'active' | 'warned'; readonly secondsLeft: number }
  /** Everything of the person has to go. */
  | { readonly kind: 'over' };

const secondMs = 1_000;

/** Where a terminal stands that was last touched at `touchedAt`; both times from the same clock, in milliseconds. */
export function idleAt(touchedAt: number, now: number, { warnAfterMs, clearAfterMs }: IdleRules): Idle {
  // A clock that was set back counts as a touch: nobody is cut off by it, and nobody is left for ever.
  const quietMs = Math.max(0, now - touchedAt);
  if (quietMs >= clearAfterMs) return { kind: 'over' };
  const secondsLeft = Math.ceil((clearAfterMs - quietMs) / secondMs);
  return { kind: quietMs >= warnAfterMs ? 'warned' : 'active', secondsLeft };
}
