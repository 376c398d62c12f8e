const chinaOffsetMs = 8 * 60 * 60 * 1_000;

interface Dated {
  readonly from: string;
  readonly until: string;
}

/** What is told on the office's day at `now`, in milliseconds. */
export function inForce<T extends Dated>(all: readonly T[], now: number): T[] {
  const today = new Date(now + chinaOffsetMs).toISOString().slice(0, 10);
  return all.filter(({ from, until }) => from <= today && today <= until);
}
