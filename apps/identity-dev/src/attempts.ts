import type { Clock, Instant } from '@tongban/kernel';

const maxTracked = 10_000;
const secondMs = 1000;

/** Keycloak's brute force settings. */
export interface AttemptRules {
  readonly failureFactor: number;
  readonly waitIncrementSeconds: number;
  readonly maxFailureWaitSeconds: number;
  readonly maxDeltaTimeSeconds: number;
  /** Two failures closer to each other than this are a program's. */
  readonly quickLoginCheckMilliSeconds: number;
  readonly minimumQuickLoginWaitSeconds: number;
}

interface Failures {
  readonly count: number;
  readonly lastAt: Instant;
  readonly lockedUntil: Instant;
}

/**
 * Failed passwords per user name: every `failureFactor` failures lock the name, each time for longer, and so do two in
 * quick succession. Names are remembered up to a bound, and the one that failed longest ago is forgotten first.
 */
export class Attempts {
  readonly #byName = new Map<string, Failures>();

  constructor(
    private readonly rules: AttemptRules,
    private readonly clock: Clock,
  ) {}

  isLocked(username: string): boolean {
    return this.clock.now() < (this.#byName.get(username)?.lockedUntil ?? 0);
  }

  succeeded(username: string): void {
    this.#byName.delete(username);
  }

  failed(username: string): void {
    const now = this.clock.now();
    const before = this.#byName.get(username);
    const forgotten = before === undefined || now - before.lastAt > this.rules.maxDeltaTimeSeconds * secondMs;
    const count = forgotten ? 1 : before.count + 1;
    const quick = !forgotten && now - before.lastAt < this.rules.quickLoginCheckMilliSeconds;
    const waitMs = this.#waitSeconds(count, quick) * secondMs;
    // Deleted first, so that the order of the map is the order of the last failure.
    this.#byName.delete(username);
    this.#byName.set(username, { count, lastAt: now, lockedUntil: now + waitMs });
    if (this.#byName.size > maxTracked) this.#byName.delete(this.#byName.keys().next().value ?? username);
  }

  #waitSeconds(count: number, quick: boolean): number {
    const { failureFactor, waitIncrementSeconds, maxFailureWaitSeconds, minimumQuickLoginWaitSeconds } = this.rules;
    const rounds = count % failureFactor === 0 ? count / failureFactor : 0;
    if (rounds > 0) return Math.min(rounds * waitIncrementSeconds, maxFailureWaitSeconds);
    return quick ? Math.min(minimumQuickLoginWaitSeconds, maxFailureWaitSeconds) : 0;
  }
}
