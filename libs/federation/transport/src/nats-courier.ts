import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { jetstream, type ConsumerMessages, type JetStreamClient, type JsMsg } from '@nats-io/jetstream';
import {
  connect,
  headers,
  PermissionViolationError,
  type ConnectionOptions,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import {
  consumerInfoSubject,
  FrameSchema,
  inboxSubject,
  statusSubject,
  statusFilters,
  streams,
  type Frame,
} from '@tongban/contract';
import { readClock, type ClockReading } from '@tongban/federation/core';
import { sm3 } from '@tongban/journal';
import type { NodeCode, Tier } from '@tongban/kernel';
import type { Courier, FrameHandler } from './courier.js';

export interface NatsCourierOptions {
  readonly url: string;
  readonly name: string;
  /** Who connects; a plain connection without it, for tests. */
  readonly access?: Pick<ConnectionOptions, 'authenticator' | 'inboxPrefix' | 'ignoreAuthErrorAbort' | 'tls'>;
  readonly tier: Tier;
  /** Codes and prefixes of this host's nodes. */
  readonly scopes: readonly string[];
  /** Durable consumer of the host on the INBOX stream, made by the administrator. */
  readonly consumer: string;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
  /** Told of what the hub does not let this host do. */
  readonly refused?: (what: { readonly operation: string; readonly subject: string }) => void;
  /** Keeps what is known of bytes that are no frame; they are given up once this has resolved. */
  readonly unreadable?: (what: UnreadableFrame) => Promise<void>;
}

/** Bytes that came over the hub and are no frame: nobody can say whose they are, so they are not kept themselves. */
export interface UnreadableFrame {
  readonly subject: string;
  readonly size: number;
  /** SM3 of the bytes. */
  readonly digest: Uint8Array;
}

const limits = {
  publishTimeoutMs: 4_000,
  connectTimeoutMs: 3_000,
  pingIntervalMs: 5_000,
  maxPingsOut: 2,
  reconnectWaitMs: 500,
  reconnectJitterMs: 500,
  restartConsumeMs: 1_000,
  nakDelayMs: 1_000,
  /** Frames pulled ahead and not yet acknowledged. */
  pulledFrames: 64,
  /** A pull's life. Two heartbeats of half of it that did not come end an inbox that fell silent. */
  pullExpiresMs: 10_000,
  drainTimeoutMs: 5_000,
  clockTimeoutMs: 4_000,
} as const;

/** Bulk courier over the city's hub (ADR 0005): envelopes through the INBOX stream, standings over core NATS. */
export class NatsCourier implements Courier {
  readonly name = 'nats';
  private connection: NatsConnection | undefined;
  private client: JetStreamClient | undefined;
  private messages: ConsumerMessages | undefined;
  private statuses: Subscription[] = [];
  private up = false;
  private stopping = false;
  private readonly inFlight = new Set<Promise<void>>();
  private loops: Promise<void>[] = [];

  constructor(private readonly options: NatsCourierOptions) {}

  reaches(): boolean {
    return this.up;
  }

  get hubReachable(): boolean {
    return this.up;
  }

  async send(frame: Frame, peer: NodeCode): Promise<void> {
    const { connection, client } = this;
    if (connection === undefined || client === undefined || !this.up) throw new Error('the hub is not connected');
    const bytes = toBinary(FrameSchema, frame);
    if (frame.body.case !== 'envelope') {
      connection.publish(statusSubject(peer), bytes);
      return;
    }
    await client.publish(inboxSubject(peer), bytes, { timeout: limits.publishTimeoutMs, headers: headers() });
  }

  /** How far the hub's clock is from the given one; undefined while the hub cannot be asked. */
  async compareClock(clock: { now(): number }): Promise<ClockReading | undefined> {
    if (this.connection === undefined || !this.up) return undefined;
    const subject = consumerInfoSubject(streams.inbox, this.options.consumer);
    const asked = clock.now();
    try {
      const answer = await this.connection.request(subject, '', { timeout: limits.clockTimeoutMs });
      const { ts } = answer.json<{ readonly ts?: unknown }>();
      return readClock(asked, Date.parse(String(ts)), clock.now());
    } catch {
      return undefined;
    }
  }

  /** Returns at once; the hub may come later. */
  async start(handler: FrameHandler, changed: () => void): Promise<void> {
    this.loops.push(this.connectLoop(handler, changed));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.messages?.stop();
    await Promise.race([Promise.allSettled(this.inFlight), delay(limits.drainTimeoutMs)]);
    await Promise.race([this.connection?.drain(), delay(limits.drainTimeoutMs)]).catch(() => undefined);
    await this.connection?.close();
    await Promise.race([Promise.allSettled(this.loops), delay(limits.drainTimeoutMs)]);
  }

  private async connectLoop(handler: FrameHandler, changed: () => void): Promise<void> {
    while (!this.stopping) {
      try {
        this.connection = await connect({
          ...this.options.access,
          servers: this.options.url,
          name: this.options.name,
          timeout: limits.connectTimeoutMs,
          reconnect: true,
          maxReconnectAttempts: -1,
          reconnectTimeWait: limits.reconnectWaitMs,
          reconnectJitter: limits.reconnectJitterMs,
          pingInterval: limits.pingIntervalMs,
          maxPingOut: limits.maxPingsOut,
        });
      } catch (error) {
        this.options.log('warn', 'the hub cannot be reached', { reason: String(error) });
        await delay(limits.restartConsumeMs);
        continue;
      }
      this.client = jetstream(this.connection, { timeout: limits.publishTimeoutMs });
      this.setUp(true, changed);
      this.loops.push(this.watch(this.connection, changed));
      for (const filter of statusFilters(this.options.tier, this.options.scopes)) {
        const subscription = this.connection.subscribe(filter);
        this.statuses.push(subscription);
        this.loops.push(this.readStatuses(subscription, handler));
      }
      await this.consumeLoop(handler);
      return;
    }
  }

  private async watch(connection: NatsConnection, changed: () => void): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') this.setUp(false, changed);
      if (status.type === 'reconnect') this.setUp(true, changed);
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject, message } = status.error;
      this.options.log('warn', 'the hub refuses what this host may not do', { reason: message });
      this.options.refused?.({ operation, subject });
    }
  }

  private setUp(up: boolean, changed: () => void): void {
    if (this.up === up) return;
    this.up = up;
    this.options.log(up ? 'info' : 'warn', up ? 'the hub is connected' : 'the hub is out of reach');
    changed();
  }

  private async readStatuses(subscription: Subscription, handler: FrameHandler): Promise<void> {
    for await (const message of subscription) {
      const frame = frameIn(message.data);
      const taken = frame === undefined ? this.giveUp(message) : handler(frame);
      await taken.catch((error: unknown) =>
        this.options.log('warn', 'a standing was not taken', { reason: String(error) }),
      );
    }
  }

  /** Recreated whenever it ends or its heartbeats stop: a consumer that hangs silently is the client's known weakness. */
  private async consumeLoop(handler: FrameHandler): Promise<void> {
    while (!this.stopping) {
      try {
        const consumer = await this.client!.consumers.get(streams.inbox, this.options.consumer);
        this.messages = await consumer.consume({ max_messages: limits.pulledFrames, expires: limits.pullExpiresMs });
        this.loops.push(this.stopOnSilence(this.messages));
        for await (const message of this.messages) {
          const task = this.take(message, handler);
          this.inFlight.add(task);
          void task.finally(() => this.inFlight.delete(task));
        }
      } catch (error) {
        if (!this.stopping) this.options.log('warn', 'the inbox is interrupted', { reason: String(error) });
      }
      if (!this.stopping) await delay(limits.restartConsumeMs);
    }
  }

  private async stopOnSilence(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      if (status.type === 'heartbeats_missed' || status.type === 'consumer_not_found') messages.stop();
    }
  }

  private async take(message: JsMsg, handler: FrameHandler): Promise<void> {
    const frame = frameIn(message.data);
    try {
      if (frame === undefined) {
        await this.giveUp(message);
        message.term('no frame');
        return;
      }
      await handler(frame);
      await message.ackAck();
    } catch (error) {
      this.options.log('warn', 'a frame was not taken; it will be delivered again', { reason: String(error) });
      message.nak(limits.nakDelayMs);
    }
  }

  private async giveUp({ subject, data }: Pick<JsMsg, 'subject' | 'data'>): Promise<void> {
    const what = { subject, size: data.length, digest: sm3(data) };
    this.options.log('warn', 'what came over the hub is no frame', {
      ...{ subject, size: what.size, digest: Buffer.from(what.digest).toString('hex') },
    });
    await this.options.unreadable?.(what);
  }
}

function frameIn(data: Uint8Array): Frame | undefined {
  try {
    return fromBinary(FrameSchema, data);
  } catch {
    return undefined;
  }
}

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
