import type { Transactor } from '@tongban/federation/nest';
import { open } from 'node:fs/promises';
import type { HubRefusal } from './strangers.js';

export const hubLogLimits = {
  readEveryMs: 2_000,
  /** Read at one time; what is more waits for the next time. */
  readBytes: 1024 * 1024,
} as const;

const violation =
  /^\[\d+\] \S+ \S+ \[ERR\] (\S+):\d+ - (.*)\b(Publish|Subscription) Violation - (?:Subject|Reply) "([^"]{1,1000})"/;
const nkey = /\bU[A-Z2-7]{55}\b/g;

/** A line of nats-server in which it refused somebody; undefined for every other one. */
export function readHubLine(line: string): HubRefusal | undefined {
  const [, address, who, operation, subject] = violation.exec(line) ?? [];
  if (address === undefined || who === undefined || subject === undefined) return undefined;
  // A connection names itself as it likes; what the hub knows of it comes behind that.
  const user = who.match(nkey)?.at(-1) ?? '';
  const kind = operation === 'Publish' ? 'publish' : 'subscription';
  return { operation: kind, subject, user, address };
}

interface Parts {
  readonly transactor: Transactor;
  readonly log: (level: 'warn', message: string, details: Record<string, unknown>) => void;
  /** Resolves when it is kept. */
  readonly refused: (what: HubRefusal) => Promise<void>;
}

/**
 * Follows the log of the hub beside which this host stands: the hub tells nobody else whom it refused. How far it was read
 * is kept after what was read, so a line may be told twice after a crash, never not at all.
 */
export class HubLog {
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private told = '';

  constructor(
    private readonly file: string,
    private readonly parts: Parts,
  ) {}

  start(): void {
    this.timer = setInterval(() => (this.reading = this.reading.then(() => this.refresh())), hubLogLimits.readEveryMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.reading;
  }

  async refresh(): Promise<void> {
    try {
      await this.follow();
      this.told = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.told) this.parts.log('warn', 'the log of the hub cannot be read', { reason });
      this.told = reason;
    }
  }

  private async follow(): Promise<void> {
    const handle = await open(this.file);
    try {
      const { ino, size } = await handle.stat();
      const inode = String(ino);
      const from = await this.position(inode, size);
      const buffer = Buffer.alloc(Math.min(hubLogLimits.readBytes, size - from));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
      const read = buffer.subarray(0, bytesRead);
      const end = read.lastIndexOf(0x0a) + 1;
      // A line without an end yet; one that has none in a whole block is skipped.
      const until = end === 0 && bytesRead === hubLogLimits.readBytes ? bytesRead : end;
      if (until === 0) return;
      for (const line of read.toString('utf8', 0, until).split('\n')) {
        const refusal = readHubLine(line);
        if (refusal !== undefined) await this.parts.refused(refusal);
      }
      await this.parts.transactor.run((sql) =>
        sql.query(
          `insert into hub_log_position (file, inode, position) values ($1, $2, $3)
           on conflict on constraint hub_log_position_pk
             do update set inode = excluded.inode, position = excluded.position`,
          [this.file, inode, from + until],
        ),
      );
    } finally {
      await handle.close();
    }
  }

  /** A log that was replaced or cut is read from its beginning. */
  private async position(inode: string, size: number): Promise<number> {
    const [row] = await this.parts.transactor.run((sql) =>
      sql.query<{ inode: string; position: string }>('select inode, position from hub_log_position where file = $1', [
        this.file,
      ]),
    );
    if (row === undefined || row.inode !== inode) return 0;
    return Number(row.position) > size ? 0 : Number(row.position);
  }
}
