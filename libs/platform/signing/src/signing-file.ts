import { readFile, stat } from 'node:fs/promises';
import { readSigningKeys, type SigningKeys } from './keys.js';
import type { Signer } from './signer.js';

/** How often a key file is looked at for a change. */
const recheckMs = 10_000;

/**
 * Signing keys of a file that may be replaced while we run. A file that is broken or away keeps the keys that were read
 * last: the exchange goes on, and `onTrouble` hears of it.
 */
export class SigningFile {
  private keys: SigningKeys | undefined;
  private version = '';
  private checkedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly path: string,
    private readonly onTrouble: (reason: string) => void,
  ) {}

  /** Throws when there have never been usable keys. */
  async current(nowMs: number): Promise<Signer> {
    if (this.keys === undefined || nowMs - this.checkedAt >= recheckMs) await this.refresh(nowMs);
    return this.keys!.current(nowMs);
  }

  private async refresh(nowMs: number): Promise<void> {
    this.checkedAt = nowMs;
    try {
      const { mtimeMs, size, ino } = await stat(this.path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.version) return;
      this.keys = await readSigningKeys(await readFile(this.path, 'utf8'));
      this.version = version;
    } catch (error) {
      if (this.keys === undefined) throw error;
      this.onTrouble(error instanceof Error ? error.message : 'unknown failure');
    }
  }
}
