/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export interface Clock {
  now(): Instant;
}

export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

export const isoInstant = (at: Instant): string => new Date(at).toISOString();
