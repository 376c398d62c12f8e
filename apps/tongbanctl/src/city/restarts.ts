const firstBackoffMs = 1_000;
const maxBackoffMs = 15_000;
/** What has run this long starts again with a short pause. */
const steadyAfterMs = 60_000;
const maxQuickDeaths = 5;

/** Milliseconds to wait before start number `deaths` + 1; undefined when it is time to give up. */
export const backoffMs = (deaths: number): number | undefined =>
  deaths > maxQuickDeaths ? undefined : Math.min(firstBackoffMs * 2 ** (deaths - 1), maxBackoffMs);

/** How often something has died in quick succession, and what follows from it. */
export class Restarts {
  private startedAt = 0;
  private deaths = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get count(): number {
    return this.deaths;
  }

  started(): void {
    this.startedAt = this.now();
  }

  /** Milliseconds to wait before the next start; undefined: it is not started any more. */
  died(): number | undefined {
    if (this.now() - this.startedAt > steadyAfterMs) this.deaths = 0;
    this.deaths += 1;
    return backoffMs(this.deaths);
  }
}
