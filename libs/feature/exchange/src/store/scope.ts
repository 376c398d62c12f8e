import type { ProfileName } from '@tongban/domain/exchange';
import type { Instant, NodeCode } from '@tongban/kernel';

/** What every key of the exchange begins with. */
export interface Scope {
  readonly node: NodeCode;
  readonly profile: ProfileName;
}

export const iso = (at: Instant): string => new Date(at).toISOString();
export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));
