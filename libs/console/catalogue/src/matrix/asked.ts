import type { shapes } from '@tongban/console/api';
import { oneOf } from '../address.js';

export const tiers = ['province', 'city', 'district', 'township', 'village'] as const;
export type Tier = (typeof tiers)[number];
export const longestWords = 100;

type Query = NonNullable<shapes.ShowDelegationMatrixData['query']>;
/** What the address asks the matrix for, apart from the window. */
export type MatrixFilter = Omit<Query, 'itemsFrom' | 'itemsLimit' | 'placesFrom' | 'placesLimit'>;

const nodeForm = /^[1-9]\d{11}$/;
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (text: string): boolean =>
  dayForm.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

const suits = (text: string | null, is: (text: string) => boolean): string | undefined =>
  text !== null && is(text) ? text : undefined;

/** An address may have been written by hand: what the host would refuse is as if it were not there. */
export function filterOf(search: URLSearchParams): MatrixFilter {
  const words = (name: string) => search.get(name)?.slice(0, longestWords) ?? undefined;
  return {
    query: words('q'),
    level: oneOf(tiers, search.get('level')),
    department: words('department'),
    under: suits(search.get('under'), (text) => nodeForm.test(text)),
    tier: oneOf(tiers, search.get('tier')),
    place: words('place'),
    on: suits(search.get('on'), isDay),
  };
}

/** One cell as an address names it. */
export interface CellName {
  readonly code: string;
  readonly place: string;
}

export const cellText = ({ code, place }: CellName): string => `${code}-${place}`;

export function cellOf(text: string | null): CellName | undefined {
  const [, code, place] = /^(\d{12})-([1-9]\d{11})$/.exec(text ?? '') ?? [];
  return code === undefined || place === undefined ? undefined : { code, place };
}
