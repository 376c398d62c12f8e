import type { ServiceItem } from '@tongban/domain/catalogue';

/** "Within five days" as the figures of service centres have it, in working days. */
export const shortPromiseDays = 5;

/**
 * Sums over a set of items. Sets can be added and subtracted, which is how a change is followed without counting the
 * whole set again.
 */
export interface Tally {
  readonly items: number;
  readonly promisedDays: number;
  readonly statutoryDays: number;
  readonly onTheSpot: number;
  readonly withinFiveDays: number;
  readonly materials: number;
  readonly steps: number;
  readonly charged: number;
  readonly inPerson: number;
  readonly trips: number;
  /** Items that say how often the applicant must come; trips are averaged over these. */
  readonly tripsStated: number;
}

const tallyKeys = [
  'items',
  'promisedDays',
  'statutoryDays',
  'onTheSpot',
  'withinFiveDays',
  'materials',
  'steps',
  'charged',
  'inPerson',
  'trips',
  'tripsStated',
] as const satisfies readonly (keyof Tally)[];

const tallyFrom = (valueOf: (key: keyof Tally) => number): Tally =>
  Object.fromEntries(tallyKeys.map((key) => [key, valueOf(key)])) as Record<keyof Tally, number>;

export const noTally: Tally = tallyFrom(() => 0);
export const add = (a: Tally, b: Tally): Tally => tallyFrom((key) => a[key] + b[key]);
export const subtract = (a: Tally, b: Tally): Tally => tallyFrom((key) => a[key] - b[key]);

const one = (condition: boolean): number => (condition ? 1 : 0);

export const tallyOfItem = (item: ServiceItem): Tally => ({
  items: 1,
  promisedDays: item.promisedDays,
  statutoryDays: item.statutoryDays,
  onTheSpot: one(item.regime === 'onTheSpot' || item.promisedDays === 0),
  withinFiveDays: one(item.promisedDays <= shortPromiseDays),
  materials: item.materials.length,
  steps: item.steps.length,
  charged: one(item.fee.charged),
  inPerson: one(item.presenceRequired),
  trips: item.visits ?? 0,
  tripsStated: one(item.visits !== undefined),
});

export const tallyOf = (items: readonly ServiceItem[]): Tally =>
  items.reduce((sum, item) => add(sum, tallyOfItem(item)), noTally);

/** A sum, and its mean over the items, rounded to two decimals; the mean of nothing is 0. */
export interface Amount {
  readonly total: number;
  readonly mean: number;
}

/** How many of the items, and their share in per cent with one decimal. */
export interface Share {
  readonly count: number;
  readonly percent: number;
}

export interface Figures {
  readonly items: number;
  /** Working days. */
  readonly promisedDays: Amount;
  readonly statutoryDays: Amount;
  /** How much less than the law allows is promised; `percent` is the part of the statutory time saved. */
  readonly belowStatutory: Amount & { readonly percent: number };
  readonly onTheSpot: Share;
  readonly withinFiveDays: Share;
  readonly materials: Amount;
  readonly steps: Amount;
  readonly charged: Share;
  readonly inPerson: Share;
  /** Mean over the items that state it, `stated` of them. */
  readonly trips: Amount & { readonly stated: number };
}

/** Half away from zero, so that a loss and a gain of the same size look the same. */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const magnitude = Math.round((Math.abs(value) + Number.EPSILON) * factor) / factor;
  return magnitude === 0 ? 0 : Math.sign(value) * magnitude;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (part: number, whole: number): number => rounded(100 * ratio(part, whole), 1);
export const amount = (total: number, count: number): Amount => ({ total, mean: rounded(ratio(total, count), 2) });

export function figuresOf(tally: Tally): Figures {
  const { items, promisedDays, statutoryDays } = tally;
  const share = (count: number): Share => ({ count, percent: percent(count, items) });
  const saved = statutoryDays - promisedDays;
  return {
    items,
    promisedDays: amount(promisedDays, items),
    statutoryDays: amount(statutoryDays, items),
    belowStatutory: { ...amount(saved, items), percent: percent(saved, statutoryDays) },
    onTheSpot: share(tally.onTheSpot),
    withinFiveDays: share(tally.withinFiveDays),
    materials: amount(tally.materials, items),
    steps: amount(tally.steps, items),
    charged: share(tally.charged),
    inPerson: share(tally.inPerson),
    trips: { ...amount(tally.trips, tally.tripsStated), stated: tally.tripsStated },
  };
}
