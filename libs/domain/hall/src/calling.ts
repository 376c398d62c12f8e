import type { Instant } from '@tongban/kernel';

/** Where a number waits; the value is what people read. */
export const lanes = { priority: '优先', appointment: '预约', ordinary: '普通' } as const;
export type Lane = keyof typeof lanes;

/** The mark by which a number is called earlier: 老弱病残孕, and the green channel that staff grant. */
export const priorityMarks = {
  elderly: '老年人',
  frail: '行动不便者',
  ill: '患病者',
  disabled: '残疾人',
  pregnant: '孕妇及携带婴幼儿者',
  greenChannel: '绿色通道',
} as const;
export type PriorityMark = keyof typeof priorityMarks;

/**
 * The calling rule: a window gives its calls in turn to priority, appointment and ordinary numbers; a turn whose lane
 * is empty goes to the next lane of the rotation. Within a lane the earlier place goes first, over all groups that the
 * window serves. Each lane has one turn in every three calls of a window, so a number with k before it in its lane is
 * called within 3 × (k + 1) calls of that window, whatever comes after it in other lanes.
 */
export const rotation: readonly Lane[] = ['priority', 'appointment', 'ordinary'];

/** Lanes in the order in which a window's call looks for somebody; `calls` is how often it has called today. */
export const lanesFrom = (calls: number): readonly Lane[] =>
  rotation.map((_, index) => rotation[(calls + index) % rotation.length]!);

/** The longest wait in calls of one window for a number with `ahead` others before it in its lane. */
export const mostCallsBefore = (ahead: number): number => rotation.length * (ahead + 1) - 1;

export interface Waiting {
  readonly lane: Lane;
  /** Since when it counts as waiting: when taken, or the start of the appointment's slot. */
  readonly place: Instant;
  readonly sequence: number;
}

const isEarlier = (a: Waiting, b: Waiting): boolean =>
  a.place < b.place || (a.place === b.place && a.sequence < b.sequence);

/** Who is called next; undefined when nobody waits. The store asks PostgreSQL the same question. */
export function nextToCall<W extends Waiting>(waiting: readonly W[], calls: number): W | undefined {
  for (const lane of lanesFrom(calls)) {
    const first = waiting
      .filter((candidate) => candidate.lane === lane)
      .reduce<W | undefined>((best, one) => (best === undefined || isEarlier(one, best) ? one : best), undefined);
    if (first !== undefined) return first;
  }
  return undefined;
}

export type LaneCounts = Readonly<Record<Lane, number>>;

/** How many calls come before that of a number: of the lanes' others, those whose turns come first. */
export function callsBefore(lane: Lane, ahead: number, waiting: LaneCounts, calls: number): number {
  const left = { ...waiting, [lane]: ahead };
  const most = rotation.reduce((sum, each) => sum + left[each], 0);
  for (let made = 0; made < most; made++) {
    const turn = lanesFrom(calls + made).find((each) => left[each] > 0 || each === lane);
    if (turn === undefined || (turn === lane && left[lane] === 0)) return made;
    left[turn]--;
  }
  return most;
}

/** Minutes until a call, rounded up; `openWindows` may be 0 before opening and then counts as one. */
export const estimatedMinutes = (before: number, serviceMinutes: number, openWindows: number): number =>
  Math.ceil((before * serviceMinutes) / Math.max(1, openWindows));

const secondMs = 1_000;
/** Of so many newest services the average is taken; fewer than the least are no experience yet. */
export const recentServices = 20;
export const leastServices = 3;

/** Minutes of one service by the newest service times in milliseconds, else what is usual. */
export function serviceMinutes(recentMs: readonly number[], usualMinutes: number): number {
  if (recentMs.length < leastServices) return usualMinutes;
  const average = recentMs.reduce((sum, each) => sum + each, 0) / recentMs.length;
  return Math.max(1, Math.round(average / secondMs) / 60);
}
