import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const mountTimeoutMs = 5_000;
const sizeMegabytes = 512;
const fillerChunks = [1024 * 1024, 4 * 1024, 1];

/** A file system of its own that is small enough to be filled. */
export class SmallDisk {
  private constructor(readonly directory: string) {}

  /** Only root may mount one; otherwise the reason why there is none. */
  static mount(directory: string): SmallDisk | string {
    if (process.getuid?.() !== 0) return 'a small file system can only be mounted by root';
    mkdirSync(directory, { recursive: true });
    const arguments_ = ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m,mode=0711`, 'tongban-chaos', directory];
    const mounted = spawnSync('mount', arguments_, { encoding: 'utf8', timeout: mountTimeoutMs });
    if (mounted.status !== 0) return `mount failed: ${(mounted.stderr || String(mounted.error)).trim()}`;
    return new SmallDisk(directory);
  }

  /** Writes until there is no room for one more byte. */
  fill(): void {
    const file = openSync(this.filler, 'a');
    try {
      for (const size of fillerChunks) {
        const chunk = Buffer.alloc(size, 1);
        for (let written = 0; written < sizeMegabytes * 1024 * 1024; written += size) {
          try {
            if (writeSync(file, chunk) < size) break;
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code === 'ENOSPC') break;
            throw error;
          }
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    spawnSync('umount', ['--lazy', this.directory], { timeout: mountTimeoutMs });
  }

  private get filler(): string {
    return join(this.directory, 'filler');
  }
}
