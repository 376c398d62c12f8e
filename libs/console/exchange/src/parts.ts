import type { DayRecords, Profile } from './queries.js';

/** What every part of the page gets: the profile that was chosen, and a way to change the address. */
export interface PartProps {
  /** The first of the configuration when undefined. */
  readonly profile: Profile | undefined;
  readonly search: URLSearchParams;
  readonly show: (changes: Readonly<Record<string, string | undefined>>) => void;
}

export const reportStates = ['rejected', 'held', 'pending', 'sent', 'acknowledged', 'idle'] as const;

export const orderStates = ['open', 'answered', 'unknown', 'unsupported', 'accepted', 'refused'] as const;

type RecordKind = DayRecords['kind'];

/** All that the route knows: one that is added there is missing here for the compiler. */
const everyKind: Readonly<Record<RecordKind, true>> = {
  ...{ application: true, accept: true, process: true, special: true, material: true, fee: true },
  ...{ result: true, rating: true, supervision: true },
};
export const recordKinds = Object.keys(everyKind) as RecordKind[];
