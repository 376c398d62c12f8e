import type { Result } from '@tongban/kernel';
import type { Transaction } from '@tongban/platform/database';

/** How much of a file is held: `held` bytes, all of them when `complete`. */
export interface BlobHeld {
  readonly held: number;
  readonly complete: boolean;
}

export interface BlobHeader {
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

/**
 * The parent host, as far as attachments go. Refusals: service.unavailable when it is out of reach or the call was cut,
 * service.busy, attachment.unknown (read), attachment.offset and attachment.digest (write).
 */
export interface ParentBlobs {
  stat(digest: string, signal: AbortSignal): Promise<Result<BlobHeld>>;
  write(header: BlobHeader, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Result<BlobHeld>>;
  read(digest: string, offset: number): Promise<Result<BlobSource>>;
}

/** One transaction per call; it may run `work` again. */
export interface Transactor {
  run<T>(work: (sql: Transaction) => Promise<T>): Promise<T>;
}
