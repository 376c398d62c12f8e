import { refuse, RefusalError, type Result } from '@tongban/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore } from './blob-store.js';
import { blobLimits } from './limits.js';
import type { BlobHeld, ParentBlobs } from './ports.js';

/** Fetches files from the parent that somebody here wants to read: each once, however many ask. */
export class Fetcher {
  private readonly running = new Map<string, Promise<Result<BlobHeld>>>();

  constructor(
    private readonly store: BlobStore,
    private readonly read: ParentBlobs['read'],
  ) {}

  /**
   * Waits at most {@link blobLimits.fetchWaitMs}; the fetch goes on and serves the next reader.
   * Refusal: attachment.not-here.
   */
  async fetch(digest: string): Promise<Result<BlobHeld>> {
    let running = this.running.get(digest);
    if (running === undefined) {
      if (this.running.size >= blobLimits.maxConcurrentFetches) {
        return refuse('attachment.not-here', '正在取回的附件过多，请稍后再试');
      }
      running = this.run(digest).finally(() => this.running.delete(digest));
      this.running.set(digest, running);
    }
    const over = new AbortController();
    const late = sleep(blobLimits.fetchWaitMs, undefined, { signal: over.signal }).then(
      () => refuse('attachment.not-here', '附件正在从上级取回，请稍后再试'),
      () => refuse('attachment.not-here', '附件尚未传到本级'),
    );
    try {
      return await Promise.race([running, late]);
    } finally {
      over.abort();
    }
  }

  private async run(digest: string): Promise<Result<BlobHeld>> {
    const missing = refuse('attachment.not-here', '附件尚未传到本级');
    try {
      const { held, complete } = await this.store.stat(digest);
      if (complete) return { ok: true, value: { held, complete } };
      const source = await this.read(digest, held);
      if (!source.ok) return missing;
      const writer = await this.store.receive(digest, source.value.size, held);
      if (!writer.ok) return missing;
      try {
        for await (const chunk of source.value.chunks) {
          if (!(await writer.value.write(chunk)).ok) return missing;
        }
        const finished = await writer.value.finish();
        return finished.ok && finished.value.complete ? finished : missing;
      } finally {
        await writer.value.close();
      }
    } catch (error) {
      if (error instanceof RefusalError) return missing;
      throw error;
    }
  }
}
