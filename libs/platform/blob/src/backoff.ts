export interface Backoff {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Doubles from attempt to attempt up to the cap; `chance` in [0, 1) takes away up to half, so that hosts spread out. */
export function retryDelayMs({ firstDelayMs, maxDelayMs }: Backoff, attempts: number, chance: number): number {
  const full = Math.min(firstDelayMs * 2 ** Math.max(0, attempts), maxDelayMs);
  return Math.round(full * (1 - chance / 2));
}
