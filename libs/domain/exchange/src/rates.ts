/** What is known of a department's reports. */
export interface RateCounts {
  /** Cases that are to be reported, and those of them that lack something or were sent back. */
  readonly cases: number;
  readonly held: number;
  readonly rejected: number;
  /** Rows that were answered for the first time in a period, and those of them that came late. */
  readonly rows: number;
  readonly lateRows: number;
}

/** Shares between 0 and 1 with four places, rounded down so that only what is whole shows as whole; null of nothing. */
export interface Rates {
  /** 及时率 */
  readonly onTime: number | null;
  /** 完整率 */
  readonly complete: number | null;
}

const places = 10_000;
const share = (good: number, all: number): number | null =>
  all === 0 ? null : Math.floor((good * places) / all) / places;

export const ratesOf = ({ cases, held, rejected, rows, lateRows }: RateCounts): Rates => ({
  onTime: share(rows - lateRows, rows),
  complete: share(cases - held - rejected, cases),
});
