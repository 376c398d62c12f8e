import { sm3 } from '@tongban/journal';
import { ok, refuse, RefusalError, type Result } from '@tongban/kernel';
import { blobLimits, checkContent, type BlobStore, type MediaType, type ParentBlobs } from '@tongban/platform/blob';

export const publicFileLimits = {
  /** Files that are missing here are looked for one tier up this often. */
  fetchIntervalMs: 15_000,
  filesPerRound: 50,
  /** The store takes nothing shorter, and no form is. */
  minFileBytes: 30,
} as const;

export interface StoredFile {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: MediaType;
}

export interface PublicFilesOptions {
  readonly store: BlobStore;
  /** Absent at the top. */
  readonly fromParent?: ParentBlobs['read'];
  /** Digests that the items held here name. */
  readonly wanted: () => Iterable<string>;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
}

/**
 * Blank forms, examples and samples of results: public, so kept as they are, under the SM3 of their content. They travel
 * down tier by tier: each host fetches from the one above what its items name, and then has it also while it is offline.
 */
export class PublicFiles {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: PublicFilesOptions) {}

  start(): void {
    this.timer ??= setInterval(() => this.look(), publicFileLimits.fetchIntervalMs);
    this.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.round;
  }

  /**
   * The same content again is one file. Refusals: attachment.empty, attachment.too-small, attachment.too-large,
   * attachment.type, service.busy.
   */
  async put(bytes: Uint8Array, declaredType: string): Promise<Result<StoredFile>> {
    const mediaType = checkContent(bytes, declaredType);
    if (!mediaType.ok) return mediaType;
    const least = publicFileLimits.minFileBytes;
    if (bytes.length < least) {
      return refuse('attachment.too-small', `文件只有 ${bytes.length} 字节，不足 ${least} 字节，请核对是否选错了文件`);
    }
    const digest = Buffer.from(sm3(bytes)).toString('hex');
    const stored = { digest, size: bytes.length, mediaType: mediaType.value };
    const { held, complete } = await this.options.store.stat(digest);
    if (complete) return ok(stored);
    const kept = await this.write(digest, bytes.length, held, [bytes.subarray(held)]);
    return kept.ok ? ok(stored) : kept;
  }

  /** The content; refuses attachment.not-here while it has not come from above. */
  async open(digest: string): Promise<Result<Buffer>> {
    const here = await this.read(digest);
    if (here.ok || !(await this.fetch(digest))) return here;
    return this.read(digest);
  }

  private async read(digest: string): Promise<Result<Buffer>> {
    const source = await this.options.store.read(digest, 0);
    if (!source.ok) return source;
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.value.chunks) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    if (Buffer.from(sm3(content)).toString('hex') === digest) return ok(content);
    await this.options.store.setAsideIfDamaged(digest);
    return refuse('attachment.not-here', '文件在本级已损坏，须重新取回');
  }

  private async write(
    digest: string,
    size: number,
    offset: number,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Result<void>> {
    const writer = await this.options.store.receive(digest, size, offset);
    if (!writer.ok) return writer;
    try {
      for await (const chunk of chunks) {
        const written = await writer.value.write(chunk);
        if (!written.ok) return written;
      }
      const finished = await writer.value.finish();
      if (!finished.ok) return finished;
      return finished.value.complete ? ok(undefined) : refuse('attachment.not-here', '文件尚未传完');
    } finally {
      await writer.value.close();
    }
  }

  /** One round at a time; what fails is tried again in the next. */
  private look(): void {
    if (this.options.fromParent === undefined || this.stopped) return;
    this.round ??= this.fetchMissing()
      .catch((error: unknown) => this.options.log('warn', 'public files were not fetched', { reason: String(error) }))
      .finally(() => (this.round = undefined));
  }

  private async fetchMissing(): Promise<void> {
    let fetched = 0;
    for (const digest of new Set(this.options.wanted())) {
      if (this.stopped || fetched === publicFileLimits.filesPerRound) return;
      const { complete } = await this.options.store.stat(digest);
      if (!complete && (await this.fetch(digest))) fetched++;
    }
  }

  private async fetch(digest: string): Promise<boolean> {
    const { fromParent, store } = this.options;
    if (fromParent === undefined) return false;
    try {
      const { held, complete } = await store.stat(digest);
      if (complete) return true;
      const source = await fromParent(digest, held);
      if (!source.ok || source.value.size > blobLimits.maxSealedBytes) return false;
      return (await this.write(digest, source.value.size, held, source.value.chunks)).ok;
    } catch (error) {
      // The line was cut; what came stays and is gone on from.
      if (error instanceof RefusalError) return false;
      throw error;
    }
  }
}
