import { ok, refuse, RefusalError, type Refusal, type Result } from '@tongban/kernel';
import { retryDelayMs } from './backoff.js';
import type { BlobStore } from './blob-store.js';
import type { ParentBlobs, Transactor } from './ports.js';
import {
  dropSent,
  makeDue,
  postpone,
  readDue,
  readFigures,
  type DueTransfer,
  type TransferFigures,
} from './transfer-table.js';

export const transferLimits = {
  /** The truth is in the database: a row whose notice was lost is found by this poll. */
  pollIntervalMs: 2_000,
  concurrentTransfers: 4,
  batchRows: 32,
  batchesPerRound: 32,
  /** Of one file: it is not here yet, or its sending was cut. */
  retry: { firstDelayMs: 1_000, maxDelayMs: 300_000 },
  /** Of all files, while the parent does not answer. */
  outOfReach: { firstDelayMs: 1_000, maxDelayMs: 30_000 },
} as const;

export interface BlobTransfersOptions {
  readonly store: BlobStore;
  readonly parent: Pick<ParentBlobs, 'stat' | 'write'>;
  readonly transactor: Transactor;
  readonly clock: { now(): number };
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
  /** For metrics; called after each round. */
  readonly observe?: (figures: TransferFigures) => void;
}

type Outcome = 'sent' | 'retry' | 'outOfReach';

/**
 * Sends the files that are noted in `blob_transfer` to the parent's host. One worker per database; only one round runs
 * at a time. Sending twice is harmless, so a row goes only after the parent has confirmed the whole file.
 */
export class BlobTransfers {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private again = false;
  private readonly stopping = new AbortController();
  private failures = 0;
  private pausedUntil = 0;
  /** What the parent held at the last look, of files that were cut: progress earns a quick retry. */
  private readonly progress = new Map<string, number>();

  constructor(private readonly options: BlobTransfersOptions) {}

  start(): void {
    this.options.store.onReceived((digest) => void this.received(digest));
    this.timer = setInterval(() => this.wake(), transferLimits.pollIntervalMs);
    this.wake();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.round;
  }

  /** A hint that a row was committed. */
  readonly wake = (): void => {
    if (this.stopping.signal.aborted) return;
    this.again = true;
    this.round ??= this.runRounds().finally(() => (this.round = undefined));
  };

  /** A hint that the parent can be reached again. */
  readonly parentReturned = (): void => {
    this.pausedUntil = 0;
    this.wake();
  };

  private async runRounds(): Promise<void> {
    while (this.again && !this.stopping.signal.aborted) {
      this.again = false;
      try {
        await this.runRound();
      } catch (error) {
        this.options.log('warn', 'the sending of attachments was interrupted', { reason: String(error) });
      }
    }
  }

  private async runRound(): Promise<void> {
    const { transactor, clock } = this.options;
    for (let batch = 0; batch < transferLimits.batchesPerRound; batch++) {
      if (this.pausedUntil > clock.now() || this.stopping.signal.aborted) break;
      const due = await transactor.run((sql) => readDue(sql, clock.now(), transferLimits.batchRows));
      await this.sendAll(due);
      if (due.length < transferLimits.batchRows) break;
    }
    this.options.observe?.(await transactor.run((sql) => readFigures(sql, clock.now())));
  }

  private async sendAll(due: readonly DueTransfer[]): Promise<void> {
    const queue = [...due];
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if ((await this.sendOne(next)) === 'outOfReach') queue.length = 0;
      }
    };
    // A round ends with its last lane, also when one of them fails: stop() waits for it.
    const lanes = await Promise.allSettled(Array.from({ length: transferLimits.concurrentTransfers }, lane));
    for (const { status, ...failed } of lanes) if (status === 'rejected' && 'reason' in failed) throw failed.reason;
  }

  private async sendOne({ digest, attempts }: DueTransfer): Promise<Outcome> {
    if (this.stopping.signal.aborted) return 'outOfReach';
    const { store, parent, transactor } = this.options;
    if (!(await store.stat(digest)).complete) return this.later(digest, attempts);
    const there = await guarded(() => parent.stat(digest, this.stopping.signal));
    if (!there.ok) return this.parentSilent(there.refusal);
    this.parentAnswered();
    const before = this.progress.get(digest);
    const sent = there.value.complete ? there : await guarded(() => this.stream(digest, there.value.held));
    if (sent.ok && sent.value.complete) {
      await transactor.run((sql) => dropSent(sql, digest));
      this.progress.delete(digest);
      return 'sent';
    }
    if (this.stopping.signal.aborted) return 'outOfReach';
    if (!sent.ok) await this.report(digest, sent.refusal);
    const advanced = there.value.held > (before ?? 0);
    if (this.progress.size < transferLimits.batchRows * transferLimits.batchesPerRound || before !== undefined) {
      this.progress.set(digest, there.value.held);
    }
    return this.later(digest, advanced ? 0 : attempts);
  }

  private async stream(digest: string, offset: number): ReturnType<ParentBlobs['write']> {
    const source = await this.options.store.read(digest, offset);
    if (!source.ok) return source;
    const { size, chunks } = source.value;
    return this.options.parent.write({ digest, size, offset }, chunks, this.stopping.signal);
  }

  private async later(digest: string, attempts: number): Promise<Outcome> {
    const { transactor, clock, chance } = this.options;
    const until = clock.now() + retryDelayMs(transferLimits.retry, attempts, chance());
    await transactor.run((sql) => postpone(sql, digest, attempts + 1, until));
    return 'retry';
  }

  /** Being away is no fault of a file: all wait together, and only the first silence is worth a line. */
  private parentSilent(refusal: Refusal): Outcome {
    if (this.stopping.signal.aborted) return 'outOfReach';
    const { clock, chance, log } = this.options;
    if (this.pausedUntil > clock.now()) return 'outOfReach'; // another lane has met the same silence
    if (this.failures === 0) log('info', 'attachments wait for the parent host', { code: refusal.code });
    this.pausedUntil = clock.now() + retryDelayMs(transferLimits.outOfReach, this.failures, chance());
    this.failures++;
    return 'outOfReach';
  }

  private parentAnswered(): void {
    if (this.failures > 0) this.options.log('info', 'attachments are on their way again');
    this.failures = 0;
  }

  /** A cut is ordinary; a refusal of the content is not. */
  private async report(digest: string, { code, detail }: Refusal): Promise<void> {
    if (code === 'service.unavailable' || code === 'service.busy') return;
    this.options.log('warn', 'the parent host did not take an attachment', { digest, code, detail });
    if (code === 'attachment.digest') await this.options.store.setAsideIfDamaged(digest);
  }

  private async received(digest: string): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const { transactor, clock, log } = this.options;
    try {
      if (await transactor.run((sql) => makeDue(sql, digest, clock.now()))) this.wake();
    } catch (error) {
      log('warn', 'an attachment that came waits for its next turn', { digest, reason: String(error) });
    }
  }
}

/** Refusals that a stream can only throw come back as values; anything else is broken input or output here. */
async function guarded<T>(call: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    const result = await call();
    return result.ok ? ok(result.value) : result;
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    return refuse('service.fault', error instanceof Error ? error.message : String(error));
  }
}
