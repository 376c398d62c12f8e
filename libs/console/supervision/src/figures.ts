import type { shapes } from '@tongban/console/api';

export interface Counts {
  readonly cases: number;
  readonly concluded: number;
  readonly onTime: number;
  readonly overdue: number;
}

export interface Group extends Counts {
  readonly key: string;
  readonly name: string;
  /** The work list with the cases of this group. */
  readonly to: string;
}

/** One decimal of a per cent; undefined where nothing was concluded. Never rounded up to 100%. */
export function rateText({ concluded, onTime }: Pick<Counts, 'concluded' | 'onTime'>): string | undefined {
  if (concluded === 0) return undefined;
  const permille = Math.floor((onTime / concluded) * 1_000);
  return `${(permille / 10).toFixed(permille % 10 === 0 ? 0 : 1)}%`;
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

type Filter = Readonly<Partial<Record<'item' | 'owner' | 'status' | 'late' | 'dueBy' | 'from' | 'to', string>>>;

export const casesOf = (period: Period, filter: Filter = {}): string =>
  `/cases?${new URLSearchParams({ ...period, ...filter }).toString()}`;

interface Names {
  readonly place: (code: string) => string;
  readonly status: (status: string) => string;
}

/** The figures as groups that know where they lead. */
export function groupsOf(figures: shapes.CaseFigures, period: Period, names: Names) {
  return {
    items: figures.items.map(({ code, ...rest }) => ({ ...rest, key: code, to: casesOf(period, { item: code }) })),
    owners: figures.owners.map(({ node, ...counts }) => ({
      ...counts,
      ...{ key: node, name: names.place(node), to: casesOf(period, { owner: node }) },
    })),
    statuses: figures.statuses.map(({ status, ...counts }) => ({
      ...counts,
      ...{ key: status, name: names.status(status), to: casesOf(period, { status }) },
    })),
    days: figures.days.map(({ day, ...counts }) => ({
      ...counts,
      ...{ key: day, name: day, to: casesOf({ from: day, to: day }) },
    })),
  } satisfies Record<string, readonly Group[]>;
}
