import { ok, refuse, type Random, type Result } from '@tongban/kernel';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, inTurns, isDigest } from './digest.js';
import { prune, readAll, sizeOf, syncFolder, writeAll } from './files.js';
import { blobLimits, sealedOverheadBytes } from './limits.js';
import { PartWriter } from './part-writer.js';
import type { BlobHeld, BlobSource } from './ports.js';
import { seal, unseal } from './sealing.js';

export interface SealedBlob {
  readonly digest: string;
  readonly key: Buffer;
  readonly sealedSize: number;
}

const systemRandom: Random = { bytes: randomBytes };
const privateMode = 0o600;
const folderMode = 0o700;

/**
 * Sealed files by the SM3 of their sealed bytes: `<directory>/<aa>/<digest>`. A file has its name only when it is
 * complete, checked and on disk. One process per directory.
 */
export class BlobStore {
  private readonly temporary: string;
  private readonly parts: string;
  private readonly damaged: string;
  private readonly writing = new Set<string>();
  private readonly listeners = new Set<(digest: string) => void>();

  constructor(
    private readonly directory: string,
    private readonly random: Random = systemRandom,
  ) {
    this.temporary = join(directory, 'temporary');
    this.parts = join(directory, 'parts');
    this.damaged = join(directory, 'damaged');
  }

  /** Makes the folders and removes what an earlier process left half-done. To be called once, before anything else. */
  async prepare(): Promise<void> {
    for (const folder of [this.temporary, this.parts, this.damaged]) {
      await mkdir(folder, { recursive: true, mode: folderMode });
    }
    await prune(this.temporary, Infinity);
    await this.prunePartFiles();
  }

  /** Called for each file that came from another host. */
  onReceived(listener: (digest: string) => void): void {
    this.listeners.add(listener);
  }

  /** Seals a content under a fresh key and keeps it. */
  async put(content: Uint8Array): Promise<SealedBlob> {
    const { sealed, key } = seal(content, this.random);
    const digest = await digestOf(inTurns(sealed));
    const path = join(this.temporary, randomUUID());
    try {
      const file = await open(path, 'wx', privateMode);
      try {
        await writeAll(file, sealed, 0);
        await file.datasync();
      } finally {
        await file.close();
      }
      await this.publish(path, digest);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { digest, key, sealedSize: sealed.length };
  }

  /**
   * The opened content. Refusals: attachment.not-here when the file is not (or no longer soundly) on this host,
   * attachment.unknown when the key does not fit.
   */
  async open(digest: string, key: Uint8Array): Promise<Result<Buffer>> {
    if (!isDigest(digest)) return refuse('attachment.unknown', '没有这个附件');
    const path = this.pathOf(digest);
    if ((await sizeOf(path)) === undefined) return refuse('attachment.not-here', '附件尚未传到本级');
    const sealed = await readFile(path);
    const content = unseal(sealed, key);
    if (content !== undefined) return ok(content);
    if (!(await this.setAsideIfDamaged(digest))) return refuse('attachment.unknown', '附件与密钥不符');
    return refuse('attachment.not-here', '附件在本级的文件已损坏，须重新取回');
  }

  /** Moves a file away that the disk has changed, so that it can be fetched again; true when it was. */
  async setAsideIfDamaged(digest: string): Promise<boolean> {
    const path = this.pathOf(digest);
    if ((await digestOf(inTurns(await readFile(path)))) === digest) return false;
    await rename(path, join(this.damaged, digest));
    return true;
  }

  async stat(digest: string): Promise<BlobHeld> {
    const complete = await sizeOf(this.pathOf(digest));
    if (complete !== undefined) return { held: complete, complete: true };
    return { held: (await sizeOf(this.partOf(digest))) ?? 0, complete: false };
  }

  /** The sealed bytes from an offset on. Refusals: attachment.not-here, attachment.offset. */
  async read(digest: string, offset: number): Promise<Result<BlobSource>> {
    const path = this.pathOf(digest);
    const size = await sizeOf(path);
    if (size === undefined) return refuse('attachment.not-here', '附件尚未传到本级');
    if (offset > size) return refuse('attachment.offset', '续传位置超过附件大小', { size });
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      const file = await open(path, 'r');
      try {
        yield* readAll(file, offset, size, blobLimits.chunkBytes);
      } finally {
        await file.close();
      }
    };
    return ok({ size, chunks: chunks() });
  }

  /**
   * A writer of the unfinished file, at exactly the offset that is held; the caller closes it. Refusals:
   * attachment.too-large, attachment.empty, attachment.offset (with `held`), service.busy while another writer has the
   * file or there are too many.
   */
  async receive(digest: string, size: number, offset: number): Promise<Result<PartWriter>> {
    const path = this.partOf(digest);
    if (size > blobLimits.maxSealedBytes) return refuse('attachment.too-large', '附件超过大小上限');
    if (size <= sealedOverheadBytes) return refuse('attachment.empty', '附件为空');
    if (this.writing.has(digest)) return refuse('service.busy', '该附件正在接收');
    if (this.writing.size >= blobLimits.maxConcurrentWrites) return refuse('service.busy', '同时接收的附件过多');
    this.writing.add(digest);
    const released = (): void => void this.writing.delete(digest);
    try {
      const room = await this.roomAt(path, size, offset);
      if (!room.ok) {
        released();
        return room;
      }
      const file = await open(path, offset === 0 ? 'w+' : 'r+', privateMode);
      const publish = async (): Promise<void> => {
        await this.publish(path, digest);
        for (const listener of this.listeners) listener(digest);
      };
      return ok(new PartWriter({ digest, path, size, file, publish, released }, offset));
    } catch (error) {
      released();
      throw error;
    }
  }

  private async roomAt(path: string, size: number, offset: number): Promise<Result<void>> {
    const held = await sizeOf(path);
    if (held !== undefined && held > size) {
      // Somebody announced more than there is: nothing can be made of it.
      await rm(path, { force: true });
      return refuse('attachment.offset', '已收部分超过附件大小，须从头传送', { held: 0 });
    }
    if (offset !== (held ?? 0)) return refuse('attachment.offset', '续传位置不正确', { held: held ?? 0 });
    if (held === undefined && (await this.prunePartFiles()) >= blobLimits.maxPartFiles) {
      return refuse('service.busy', '未传完的附件过多');
    }
    return ok(undefined);
  }

  private prunePartFiles(): Promise<number> {
    return prune(this.parts, Date.now() - blobLimits.maxPartAgeMs); // against the file system's own clock
  }

  /** Of two writers of the same bytes either may win: the content is the same. */
  private async publish(from: string, digest: string): Promise<void> {
    const folder = join(this.directory, digest.slice(0, 2));
    const made = await mkdir(folder, { recursive: true, mode: folderMode });
    await rename(from, this.pathOf(digest));
    await syncFolder(folder);
    if (made !== undefined) await syncFolder(this.directory);
  }

  private pathOf(digest: string): string {
    return join(this.directory, checked(digest).slice(0, 2), digest);
  }

  private partOf(digest: string): string {
    return join(this.parts, `${checked(digest)}.part`);
  }
}

/** Nothing but a digest ever becomes part of a path. */
function checked(digest: string): string {
  if (!isDigest(digest)) throw new Error('not a digest');
  return digest;
}
