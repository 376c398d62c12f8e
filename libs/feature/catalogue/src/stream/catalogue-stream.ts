import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import type { NodeCode } from '@tongban/kernel';
import { LogOnce } from './log-once.js';
import { OutboxRelay } from './outbox-relay.js';
import { pause } from './pause.js';
import { RecordReceiver, type ReceiverCounts, type ReceiverTools } from './record-receiver.js';

const limits = {
  requestTimeoutMs: 4_000,
  connectTimeoutMs: 3_000,
  connectPauseMs: 1_000,
  pingIntervalMs: 5_000,
  maxPingsOut: 2,
  reconnectWaitMs: 500,
  reconnectJitterMs: 500,
  drainTimeoutMs: 5_000,
} as const;

/** What says who connects. */
export type HubAccess = Pick<ConnectionOptions, 'authenticator' | 'inboxPrefix' | 'ignoreAuthErrorAbort'>;

export interface CatalogueStreamOptions extends ReceiverTools {
  readonly url: string;
  /** Who connects; a plain connection without it, for tests. */
  readonly access?: HubAccess;
  /** Shown by the server for this connection. */
  readonly name: string;
  /** The nodes that publish from this host; none on a host that only reads. */
  readonly publishers: readonly NodeCode[];
}

export interface CatalogueStreamCounts extends ReceiverCounts {
  /** Records that the stream has confirmed. */
  readonly published: number;
}

/** The host's end of the CATALOG stream: sends what its nodes publish, receives what concerns them. */
export class CatalogueStream {
  private readonly relay: OutboxRelay;
  private readonly receiver: RecordReceiver;
  private readonly stopping = new AbortController();
  private readonly trouble: LogOnce;
  private connection: NatsConnection | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: CatalogueStreamOptions) {
    const { transactor, publishers, clock, log } = options;
    this.relay = new OutboxRelay(transactor, publishers, clock, log);
    this.receiver = new RecordReceiver(options);
    this.trouble = new LogOnce(log, 'the connection of the catalogue stream');
  }

  get counts(): CatalogueStreamCounts {
    return { ...this.receiver.counts, published: this.relay.published };
  }

  /** Called after a commit that filled the outbox. */
  readonly notify = (): void => this.relay.notify();

  /** Returns at once; the hub may come later. */
  start(): void {
    this.running ??= this.run();
  }

  /** Finishes the batches under way, then closes the connection. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.receiver.stop();
    const ended = Promise.allSettled([this.relay.stop(), this.running]);
    await Promise.race([ended, this.drainTimeout()]);
    await Promise.race([this.connection?.drain(), this.drainTimeout()]).catch(() => undefined);
    await this.connection?.close();
  }

  private async run(): Promise<void> {
    const connection = await this.connect();
    if (connection === undefined) return;
    this.connection = connection;
    const client = jetstream(connection, { timeout: limits.requestTimeoutMs });
    this.relay.connected(client);
    void this.watch(connection, client).catch((error: unknown) => this.trouble.failed(error));
    await this.receiver.run(client);
  }

  /** Tries until the hub is there or the host stops. */
  private async connect(): Promise<NatsConnection | undefined> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const connection = await connect({
          ...this.options.access,
          servers: this.options.url,
          name: this.options.name,
          timeout: limits.connectTimeoutMs,
          maxReconnectAttempts: -1,
          reconnectTimeWait: limits.reconnectWaitMs,
          reconnectJitter: limits.reconnectJitterMs,
          pingInterval: limits.pingIntervalMs,
          maxPingOut: limits.maxPingsOut,
        });
        this.trouble.succeeded();
        return connection;
      } catch (error) {
        this.trouble.failed(error);
        await pause(limits.connectPauseMs, signal);
      }
    }
    return undefined;
  }

  private async watch(connection: NatsConnection, client: JetStreamClient): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.trouble.failed('the hub is out of reach');
      if (status.type !== 'reconnect') continue;
      this.trouble.succeeded();
      this.relay.connected(client);
    }
  }

  private drainTimeout(): Promise<void> {
    return pause(limits.drainTimeoutMs, new AbortController().signal);
  }
}
