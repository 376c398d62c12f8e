import { createHash, type KeyObject } from 'node:crypto';
import type { Instant } from '@tongban/kernel';
import type { Person } from './person.js';

export const knownTokenLimits = {
  /** Persons who are logged in at once, with room to spare; above it the one that came first is checked anew. */
  maxTokens: 10_000,
} as const;

export interface KnownToken {
  readonly person: Person;
  readonly kid: string;
  /** The key that its signature was checked with: another key under the same id does not vouch for it. */
  readonly key: KeyObject;
  /** From when to when its claims hold, both in milliseconds; the end is not included. */
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * Tokens whose signature and claims were found good, by their SHA-256: a person sends the same one with every request.
 * What was refused is never remembered. The tokens themselves are not kept.
 */
export class KnownTokens {
  private readonly byDigest = new Map<string, KnownToken>();

  find(token: string, now: Instant): KnownToken | undefined {
    const digest = digestOf(token);
    const known = this.byDigest.get(digest);
    if (known === undefined) return undefined;
    if (now >= known.from && now < known.until) return known;
    this.byDigest.delete(digest);
    return undefined;
  }

  keep(token: string, known: KnownToken): void {
    const digest = digestOf(token);
    this.byDigest.delete(digest);
    this.byDigest.set(digest, known);
    const [oldest] = this.byDigest.keys();
    if (this.byDigest.size > knownTokenLimits.maxTokens && oldest !== undefined) this.byDigest.delete(oldest);
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');
