/** Bounds of a verifier. Tests shorten them; the product uses `keyLimits`. */
export interface KeyLimits {
  /** How long keys serve without having been fetched again: a village that is cut off over a weekend goes on. */
  readonly maxKeyAgeHours: number;
  /** Keys older than this are fetched again in the background, so that a withdrawn key stops serving. */
  readonly refreshAfterMinutes: number;
  /** Between two fetches that an unknown key id or a failure asks for. */
  readonly minRefetchMs: number;
  readonly fetchTimeoutMs: number;
  readonly storeTimeoutMs: number;
  readonly maxResponseBytes: number;
}

export const keyLimits: KeyLimits = {
  maxKeyAgeHours: 72,
  refreshAfterMinutes: 10,
  minRefetchMs: 5_000,
  fetchTimeoutMs: 3_000,
  storeTimeoutMs: 2_000,
  maxResponseBytes: 262_144,
};

export const maxTokenBytes = 16_384;
/** Clocks of provider and host may differ by this much, for `nbf` and `iat` only. */
export const clockSkewMs = 30_000;
