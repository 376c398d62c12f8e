import type { ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { streams } from '@tongban/contract';
import type { KeyDirectory } from '@tongban/journal';
import type { NodeCode, Refusal } from '@tongban/kernel';
import type { CatalogueLog } from '../catalogue-view.js';
import { concerns, idText, verifyRecord, type PublishedRecord } from '../record.js';
import type { Transactor } from '../store/transactor.js';
import { applyReceived } from '../usecase/apply-received.js';
import { fromWire } from '../wire.js';
import { batchesOf } from './batches.js';
import { LogOnce } from './log-once.js';
import { pause } from './pause.js';

export const receiverLimits = {
  /** Messages pulled ahead, and the size of a transaction. */
  pulledMessages: 256,
  recordsPerBatch: 256,
  /** A pull's life. Two heartbeats of half of it that did not come end a consumer that fell silent. */
  pullExpiresMs: 10_000,
  /** A batch waits this long for the next record. */
  lingerMs: 10,
  restartConsumeMs: 1_000,
  retryApplyMs: 2_000,
  /** A record of a node whose key is not known yet comes back until the key directory has it. */
  retryKeyMs: 60_000,
} as const;

export interface ReceiverTools {
  readonly transactor: Transactor;
  readonly directory: KeyDirectory;
  readonly clock: { now(): number };
  readonly log: CatalogueLog;
  /** Durable pull consumer of this host on the CATALOG stream, made by the administrator. */
  readonly consumer: string;
  /** Whose catalogue is kept here. */
  readonly nodes: readonly NodeCode[];
  /** Called after the commit of a batch that brought something new. */
  readonly applied: (records: readonly PublishedRecord[]) => Promise<void>;
}

export interface ReceiverCounts {
  readonly applied: number;
  readonly known: number;
  /** Records of publishers that do not stand above any node here. */
  readonly foreign: number;
  readonly refused: number;
}

interface Received {
  readonly message: JsMsg;
  readonly record: PublishedRecord;
}

/** Takes records from the stream: verified, in batches of one transaction each, acknowledged after the commit. */
export class RecordReceiver {
  private messages: ConsumerMessages | undefined;
  private readonly count = { applied: 0, known: 0, foreign: 0, refused: 0 };
  private readonly stopping = new AbortController();
  private readonly trouble: LogOnce;

  constructor(private readonly tools: ReceiverTools) {
    this.trouble = new LogOnce(tools.log, 'receiving the catalogue');
  }

  get counts(): ReceiverCounts {
    return { ...this.count };
  }

  /** Runs until `stop`. The consumer is opened anew whenever it ends or falls silent. */
  async run(client: JetStreamClient): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const consumer = await client.consumers.get(streams.catalogue, this.tools.consumer);
        const messages = await consumer.consume({
          max_messages: receiverLimits.pulledMessages,
          expires: receiverLimits.pullExpiresMs,
        });
        this.messages = messages;
        if (signal.aborted) messages.stop();
        void stopOnSilence(messages).catch((error: unknown) => this.trouble.failed(error));
        this.trouble.succeeded();
        await this.readAll(messages);
      } catch (error) {
        if (!signal.aborted) this.trouble.failed(error);
      }
      await pause(receiverLimits.restartConsumeMs, signal);
    }
  }

  stop(): void {
    this.stopping.abort();
    this.messages?.stop();
  }

  private async readAll(messages: ConsumerMessages): Promise<void> {
    const { recordsPerBatch, lingerMs } = receiverLimits;
    for await (const batch of batchesOf(messages, recordsPerBatch, lingerMs)) await this.take(batch);
  }

  private async take(batch: readonly JsMsg[]): Promise<void> {
    const received = batch.flatMap((message) => this.read(message) ?? []);
    if (received.length === 0) return;
    const { transactor, clock, log, applied } = this.tools;
    try {
      const records = received.map(({ record }) => record);
      const done = await transactor.run((sql) => applyReceived(sql, records, clock.now()));
      this.count.applied += done.applied.length;
      this.count.known += done.known;
      this.acknowledge(received, new Set(done.conflicting));
      if (done.applied.length > 0) await applied(done.applied);
    } catch (error) {
      log('warn', 'a batch of catalogue records was not taken; it will be delivered again', { reason: String(error) });
      // Without effect on those that were acknowledged before the error.
      for (const { message } of received) message.nak(receiverLimits.retryApplyMs);
    }
  }

  private acknowledge(received: readonly Received[], conflicting: ReadonlySet<PublishedRecord>): void {
    for (const { message, record } of received) {
      if (!conflicting.has(record)) message.ack();
      else this.refuse(message, { code: 'item.version-conflict', detail: `${idText(record)} is held otherwise` });
    }
  }

  private read(message: JsMsg): Received | undefined {
    const record = fromWire(message.data, message.subject);
    if (!record.ok) return this.refuse(message, record.refusal);
    const { nodes, directory } = this.tools;
    if (!concerns(record.value.publisher, nodes)) {
      this.count.foreign++;
      message.ack();
      return undefined;
    }
    const verified = verifyRecord(record.value, directory);
    return verified.ok ? { message, record: record.value } : this.refuse(message, verified.refusal);
  }

  private refuse(message: JsMsg, { code, detail }: Refusal): undefined {
    this.count.refused++;
    this.tools.log('warn', 'a catalogue record was refused', { subject: message.subject, code, detail });
    if (code === 'link.key') message.nak(receiverLimits.retryKeyMs);
    else message.term(code);
    return undefined;
  }
}

/** A consumer that hangs without an error is a known weakness of the client; missed heartbeats give it away. */
async function stopOnSilence(messages: ConsumerMessages): Promise<void> {
  for await (const status of messages.status()) {
    if (status.type === 'heartbeats_missed' || status.type === 'consumer_not_found') messages.stop();
    if (status.type === 'consumer_deleted' || status.type === 'stream_not_found') messages.stop();
  }
}
