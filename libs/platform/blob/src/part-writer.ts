import { ok, refuse, type Result } from '@tongban/kernel';
import { rm, type FileHandle } from 'node:fs/promises';
import { digestOf } from './digest.js';
import { readAll, writeAll } from './files.js';
import { blobLimits } from './limits.js';
import type { BlobHeld } from './ports.js';

export interface Part {
  readonly digest: string;
  readonly path: string;
  readonly size: number;
  readonly file: FileHandle;
  /** Gives the verified, synced file its name. */
  publish(): Promise<void>;
  /** Called once, when the writer is closed. */
  released(): void;
}

/** Appends to an unfinished file. What was written stays for a later writer, unless it turns out to be wrong. */
export class PartWriter {
  private closed = false;

  constructor(
    private readonly part: Part,
    private position: number,
  ) {}

  get held(): number {
    return this.position;
  }

  /** Refusal: attachment.too-large when more comes than was announced; the file is then removed. */
  async write(data: Uint8Array): Promise<Result<void>> {
    if (this.position + data.length > this.part.size) {
      await this.discard();
      return refuse('attachment.too-large', '收到的附件内容超过声明的大小', { size: this.part.size });
    }
    await writeAll(this.part.file, data, this.position);
    this.position += data.length;
    return ok(undefined);
  }

  /**
   * Checks the digest and publishes the file when all of it is held; otherwise says how much is.
   * Refusal: attachment.digest; the file is then removed and the next writer begins at 0.
   */
  async finish(): Promise<Result<BlobHeld>> {
    const { file, size, digest } = this.part;
    if (this.position < size) return ok({ held: this.position, complete: false });
    await file.datasync();
    if ((await digestOf(readAll(file, 0, size, blobLimits.chunkBytes))) !== digest) {
      await this.discard();
      return refuse('attachment.digest', '附件内容与摘要不符，已丢弃');
    }
    await this.part.publish();
    return ok({ held: size, complete: true });
  }

  /** Safe to call again. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.part.file.close().finally(() => this.part.released());
  }

  private async discard(): Promise<void> {
    await rm(this.part.path, { force: true });
  }
}
