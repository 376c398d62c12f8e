import type { NodeCode, Result, Role } from '@tongban/kernel';

/** Who sends a request, as far as HTTP needs to know. */
export interface Person {
  /** Pseudonymous and stable. */
  readonly subject: string;
  readonly username?: string;
  readonly name?: string;
  readonly roles: readonly Role[];
  readonly division?: NodeCode;
  readonly department?: string;
}

export interface TokenVerifier {
  /** `bearer` is the token without its scheme. Refuses with identity.missing, .invalid, .expired or .unavailable. */
  verify(bearer: string): Promise<Result<Person>>;
}

export interface NodeDirectory {
  /** True when the division exists. */
  isKnown(code: NodeCode): boolean;
  /** True when this host serves the node. */
  isHosted(code: NodeCode): boolean;
}

export interface ReadinessCheck {
  readonly name: string;
  /** Resolves when the dependency works; bounded by the caller. */
  check(): Promise<void>;
}

export interface HttpPorts {
  readonly verifier: TokenVerifier;
  readonly nodes: NodeDirectory;
  readonly checks: readonly ReadinessCheck[];
}
