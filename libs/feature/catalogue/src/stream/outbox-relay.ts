import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { streams } from '@tongban/contract';
import type { NodeCode } from '@tongban/kernel';
import type { CatalogueLog } from '../catalogue-view.js';
import { subjectOf, subjectsOf, type RecordId } from '../record.js';
import { deleteOutgoing, enqueueRecords, readOutbox, readOwnIds, type Outgoing } from '../store/outbox-store.js';
import type { Transactor } from '../store/transactor.js';
import { toWire } from '../wire.js';
import { LogOnce } from './log-once.js';

export const relayLimits = {
  /** The truth is in the database: a commit whose notice was lost is found by this poll. */
  pollIntervalMs: 2_000,
  /** The stream is compared with what was published, as it may have been emptied or restored. */
  reconcileIntervalMs: 600_000,
  retryReconcileMs: 5_000,
  publishTimeoutMs: 4_000,
  recordsPerBatch: 100,
  batchesPerRun: 10_000,
} as const;

/** Puts what was published on the stream: at least once, whatever goes down in between. */
export class OutboxRelay {
  private client: JetStreamClient | undefined;
  private busy: Promise<void> | undefined;
  private wanted = false;
  private stopped = false;
  private reconcileAt = 0;
  private sent = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly trouble: LogOnce;
  private readonly comparing: LogOnce;

  constructor(
    private readonly transactor: Transactor,
    private readonly publishers: readonly NodeCode[],
    private readonly clock: { now(): number },
    private readonly log: CatalogueLog,
  ) {
    this.trouble = new LogOnce(log, 'publishing the catalogue');
    this.comparing = new LogOnce(log, 'comparing the catalogue with the stream');
  }

  /** Records that the stream has confirmed. */
  get published(): number {
    return this.sent;
  }

  /** The hub is connected, for the first time or again. */
  connected(client: JetStreamClient): void {
    this.client = client;
    this.reconcileAt = 0;
    if (this.timers.length === 0) {
      this.timers.push(setInterval(() => this.notify(), relayLimits.pollIntervalMs));
    }
    this.notify();
  }

  /** There is something in the outbox. */
  readonly notify = (): void => {
    this.wanted = true;
    if (this.busy !== undefined || this.stopped || this.client === undefined) return;
    this.busy = this.run(this.client).finally(() => {
      this.busy = undefined;
    });
  };

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.busy;
  }

  private async run(client: JetStreamClient): Promise<void> {
    await this.reconcileWhenDue(client);
    try {
      for (let batch = 0; batch < relayLimits.batchesPerRun && this.wanted && !this.stopped; batch++) {
        this.wanted = false;
        if (await this.sendBatch(client)) this.wanted = true;
      }
      this.trouble.succeeded();
    } catch (error) {
      this.trouble.failed(error);
    }
  }

  /** True when there may be more. What was not confirmed stays and is sent again by a later run. */
  private async sendBatch(client: JetStreamClient): Promise<boolean> {
    const batch = await this.transactor.run((sql) => readOutbox(sql, relayLimits.recordsPerBatch));
    const sent = await Promise.allSettled(batch.map((outgoing) => publish(client, outgoing)));
    const confirmed = batch.filter((_, index) => sent[index]?.status === 'fulfilled');
    const ids = confirmed.map(({ id }) => id);
    if (ids.length > 0) await this.transactor.run((sql) => deleteOutgoing(sql, ids));
    this.sent += ids.length;
    const failed = sent.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return batch.length === relayLimits.recordsPerBatch;
  }

  private async reconcileWhenDue(client: JetStreamClient): Promise<void> {
    const now = this.clock.now();
    if (now < this.reconcileAt) return;
    this.reconcileAt = now + relayLimits.retryReconcileMs;
    try {
      await this.reconcile(await client.jetstreamManager());
      this.reconcileAt = now + relayLimits.reconcileIntervalMs;
      this.comparing.succeeded();
    } catch (error) {
      const isMissing = error instanceof JetStreamApiError;
      this.comparing.failed(isMissing ? `${streams.catalogue}: ${error.message}` : error);
    }
  }

  /** Has every version put on the stream again that this host has published and the stream does not hold. */
  private async reconcile(manager: JetStreamManager): Promise<void> {
    const own = await this.transactor.run((sql) => readOwnIds(sql, this.publishers));
    const missing: RecordId[] = [];
    for (const publisher of new Set(own.map((id) => id.publisher))) {
      const info = await manager.streams.info(streams.catalogue, { subjects_filter: subjectsOf(publisher) });
      const held = info.state.subjects ?? {};
      missing.push(...own.filter((id) => id.publisher === publisher && held[subjectOf(id)] === undefined));
    }
    if (missing.length === 0) return;
    const occasion = `again at ${this.clock.now()}`;
    await this.transactor.run((sql) => enqueueRecords(sql, missing, occasion));
    this.log('info', 'catalogue records are put on the stream again', { records: missing.length });
  }
}

async function publish(client: JetStreamClient, { record, messageId, traceparent }: Outgoing): Promise<void> {
  await client.publish(subjectOf(record), toWire(record, traceparent), {
    msgID: messageId,
    timeout: relayLimits.publishTimeoutMs,
    expect: { streamName: streams.catalogue },
  });
}
