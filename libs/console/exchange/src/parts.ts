import type { Profile } from './queries.js';

/** What every part of the page gets: the profile that was chosen, and a way to change the address. */
export interface PartProps {
  /** The first of the configuration when undefined. */
  readonly profile: Profile | undefined;
  readonly search: URLSearchParams;
  readonly show: (changes: Readonly<Record<string, string | undefined>>) => void;
}

export const reportStates = ['rejected', 'held', 'pending', 'sent', 'acknowledged', 'idle'] as const;

export const orderStates = ['open', 'answered', 'unknown', 'unsupported', 'accepted', 'refused'] as const;

export const recordKinds = [
  'application',
  'accept',
  'process',
  'special',
  'material',
  'fee',
  'result',
  'rating',
  'supervision',
] as const;
