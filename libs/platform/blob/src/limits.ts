/** Version byte, nonce and tag around the ciphertext; see sealing.ts. */
export const sealedOverheadBytes = 1 + 12 + 16;
const maxAttachmentBytes = 20 * 1024 * 1024;

export const blobLimits = {
  /** Of the opened content. */
  maxAttachmentBytes,
  maxSealedBytes: maxAttachmentBytes + sealedOverheadBytes,
  chunkBytes: 256 * 1024,
  /** Files being received at the same time. */
  maxConcurrentWrites: 32,
  /** Unfinished files kept for a sender that comes back. */
  maxPartFiles: 1_000,
  maxPartAgeMs: 7 * 24 * 3_600_000,
  /** Files fetched from the parent at the same time, and how long a reader waits for one. */
  maxConcurrentFetches: 8,
  fetchWaitMs: 20_000,
} as const;
