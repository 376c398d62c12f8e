import type { NodeCode, RefusalCode, Result, Role } from '@tongban/kernel';

/** Who sends a request, as far as HTTP needs to know. */
export interface Person {
  /** Pseudonymous and stable. */
  readonly subject: string;
  readonly username?: string;
  readonly name?: string;
  readonly roles: readonly Role[];
  readonly division?: NodeCode;
  readonly department?: string;
  /** When the person last proved who they are, in milliseconds since 1970; with the subject it names a log-in. */
  readonly authenticatedAt?: number;
  /** The grant by which the person logged in without the identity provider. */
  readonly offlineGrant?: string;
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

/** What the audit log keeps of a request: no personal data, no query, no body. */
export interface AuditEvent {
  readonly operation: string;
  readonly node: NodeCode | undefined;
  /** Undefined when nobody was recognised. */
  readonly subject: string | undefined;
  /** With `~offline` behind it where the person logged in without the identity provider. */
  readonly role: Role | `${Role}~offline` | undefined;
  readonly division: NodeCode | undefined;
  /** The record of the path, e.g. a case. */
  readonly record: string | undefined;
  readonly status: number;
  readonly code: RefusalCode | undefined;
  readonly address: string;
  readonly traceId: string;
}

export interface AuditPort {
  /** Resolves when the event is on disk; rejects when it cannot be. */
  write(event: AuditEvent): Promise<void>;
  /** For what need not wait: kept as soon as possible, within a bound. */
  note(event: AuditEvent): void;
}

export interface HttpPorts {
  readonly audit?: AuditPort;
  readonly verifier: TokenVerifier;
  readonly nodes: NodeDirectory;
  readonly checks: readonly ReadinessCheck[];
  /** Shown beside the checks: what an operator should know and what stops nothing. No secrets, no personal data. */
  readonly details?: () => Readonly<Record<string, unknown>>;
}
