import type { shapes } from '@tongban/console/api';

type Called = shapes.HallDisplay['called'][number];

/** Figures older than this are shown as old: the screen has lost its host. */
export const staleAfterMs = 15_000;

export const isStale = (updatedAt: number, now: number): boolean => now - updatedAt > staleAfterMs;

/** Numbers that a screen has room for, the newest call first. */
export const rowsShown = 8;

const shown: readonly Called['state'][] = ['called', 'serving'];

/** What people in the hall still have to look for. */
export const rowsOf = (called: readonly Called[]): Called[] =>
  called.filter(({ state }) => shown.includes(state)).slice(0, rowsShown);

const nameOf = ({ number, window, calls }: Called): string => `${number}/${window}/${calls}`;

/** Calls that were not there a moment ago: a number called again counts as another call. */
export function newCalls(before: readonly Called[], now: readonly Called[]): ReadonlySet<string> {
  const known = new Set(before.map(nameOf));
  return new Set(now.filter((one) => one.state === 'called' && !known.has(nameOf(one))).map(({ number }) => number));
}
