import type { Result } from '@tongban/kernel';

/** How much of a sealed file a host holds: `held` bytes, all of them when `complete`. */
export interface BlobHeld {
  readonly held: number;
  readonly complete: boolean;
}

export interface BlobHeader {
  /** SM3 of the sealed bytes, 64 hexadecimal digits. */
  readonly digest: string;
  /** Bytes of the whole sealed file. */
  readonly size: number;
  /** Where the chunks begin. */
  readonly offset: number;
}

/** A sealed file from an offset on. `chunks` throws RefusalError when it is cut. */
export interface BlobSource {
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface BlobWriter {
  readonly held: number;
  write(data: Uint8Array): Promise<Result<void>>;
  /** Checks and publishes the file once all of it is held. */
  finish(): Promise<Result<BlobHeld>>;
  /** Keeps what was written for the next writer. */
  close(): Promise<void>;
}

/** The sealed files of the host that serves the calls. */
export interface BlobFiles {
  stat(digest: string): Promise<BlobHeld>;
  receive(digest: string, size: number, offset: number): Promise<Result<BlobWriter>>;
  read(digest: string, offset: number): Promise<Result<BlobSource>>;
}

export const blobCallLimits = {
  chunkBytes: 256 * 1024,
  /** Accepted from others; what a call may buffer is 16 of these. */
  maxChunkBytes: 512 * 1024,
  statTimeoutMs: 10_000,
  /** A longer transfer is cut and goes on where it was. */
  transferTimeoutMs: 300_000,
  /** Without a chunk coming or going. */
  idleTimeoutMs: 20_000,
  maxConcurrentReads: 16,
  maxConcurrentWrites: 16,
} as const;

const digestPattern = /^[0-9a-f]{64}$/;
export const isBlobDigest = (text: string): boolean => digestPattern.test(text);
