import type { Instant, NodeCode, Result, Role } from '@tongban/kernel';

/** Who sends a request, as the token of the identity provider says. */
export interface Person {
  /** Pseudonymous and stable: the token's `sub`. */
  readonly subject: string;
  readonly username?: string;
  readonly name?: string;
  /** The product's roles among the token's realm roles; a provider may have others, which mean nothing here. */
  readonly roles: readonly Role[];
  readonly division?: NodeCode;
  readonly department?: string;
  /** When the person last proved who they are; the token's time of issue when the provider does not say. */
  readonly authenticatedAt: Instant;
  readonly tokenId?: string;
  /** The grant by which the person logged in at a node that is cut off; acts of such a person are marked. */
  readonly offlineGrant?: string;
}

export interface TokenVerifier {
  /**
   * `bearer` is the compact token without its scheme. Refusals: `identity.missing`, `identity.invalid`,
   * `identity.expired`, `identity.unavailable` (the signing keys cannot be had). Never throws.
   */
  verify(bearer: string): Promise<Result<Person>>;
}
