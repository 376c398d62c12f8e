import { parseKeyDirectory, readSecrets, type KeyDirectory, type Keystore } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { readFile, stat } from 'node:fs/promises';

export const keyFilesLimits = {
  /** So soon after it was put in place a key or a directory is used. */
  readEveryMs: 5_000,
} as const;

interface Files {
  readonly city: NodeCode;
  readonly keystore: string;
  readonly keyDirectory: string;
}

interface Parts {
  readonly nodes: readonly NodeCode[];
  readonly keystore: Keystore;
  readonly directory: KeyDirectory;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
  /** Called when the directory says something else than before. */
  readonly changed: () => void;
}

/**
 * Looks after the files of keys of a running host: a key that was replaced needs no restart. A file that cannot be read, is
 * older than what is in use, or is signed by nobody known leaves everything as it is, and is told once.
 */
export class KeyFiles {
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private seen = '';
  private told = '';

  constructor(
    private readonly files: Files,
    private readonly parts: Parts,
  ) {}

  start(): void {
    this.timer = setInterval(
      () => (this.reading = this.reading.then(() => this.refresh())),
      keyFilesLimits.readEveryMs,
    );
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.reading;
  }

  async refresh(): Promise<void> {
    try {
      const stamp = await stampOf([this.files.keystore, this.files.keyDirectory]);
      if (stamp === this.seen) return;
      await this.read();
      this.seen = stamp;
      this.told = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.told) this.parts.log('warn', 'the files of keys cannot be used', { reason });
      this.told = reason;
    }
  }

  /** Both are judged before either is used; the private key is there before the directory names it. */
  private async read(): Promise<void> {
    const { nodes, keystore, directory, log, changed } = this.parts;
    const [secretText, text] = await Promise.all([
      readFile(this.files.keystore, 'utf8'),
      readFile(this.files.keyDirectory, 'utf8'),
    ]);
    const secrets = readSecrets(secretText);
    const held = new Set(secrets.map((secret) => secret.node));
    const lacking = nodes.find((node) => !held.has(node));
    if (lacking !== undefined) throw new Error(`the keystore holds no key of ${lacking}`);
    const next = parseKeyDirectory(text, this.files.city, directory);
    const isNew = next.issuedAt !== directory.issuedAt;
    keystore.adopt(secrets);
    directory.adopt(next);
    const late = nodes.filter((node) => {
      const key = directory.findNewest(node);
      return key !== undefined && keystore.find(node, key.keyId) === undefined;
    });
    if (late.length > 0)
      log('warn', 'keys in force are not in the keystore of this host', { nodes: late.slice(0, 10) });
    if (!isNew) return;
    log('info', 'a new key directory is in use', { issuedAt: new Date(next.issuedAt).toISOString() });
    changed();
  }
}

/** Changes with every file that takes another's place. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const { ino, size, mtimeNs } = await stat(file, { bigint: true });
      return `${ino} ${size} ${mtimeNs}`;
    }),
  );
  return stamps.join(' ');
}
