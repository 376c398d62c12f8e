import { create } from '@bufbuild/protobuf';
import { FrameSchema } from '@tongban/contract';
import { newSender, nextRange, senderStep, type SenderState } from '@tongban/federation/core';
import type { Message } from '@tongban/federation/transport';
import type { Keystore } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Transactor } from './commands.js';
import type { Route } from './route.js';
import { dropAcknowledged, readOutgoing, readPositions, saveReceipt, type LinkPosition } from './store/link-store.js';
import { traceparentOfMessages, type Traced } from './traced.js';
import { sealEnvelope, type Standing } from './verify.js';

export const relayLimits = {
  /** The truth is in the database: a commit whose notice was lost is found by this poll. */
  pollIntervalMs: 2_000,
  tickIntervalMs: 500,
  /** Links served at the same time. */
  concurrentLinks: 8,
  retryHandOverMs: 1_000,
  /** Acknowledged messages are kept for a receiver that comes back from yesterday's backup. */
  keepAcknowledgedMs: 7 * 24 * 3_600_000,
  cleanIntervalMs: 600_000,
  cleanRows: 20_000,
} as const;

interface LinkWork {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  sender: SenderState;
  busy: boolean;
  notBefore: number;
}

/** Hands committed messages to couriers, in order, for all links of the host; see SPEC.md of federation/core. */
export class Relay {
  private readonly links = new Map<string, LinkWork>();
  private readonly dirty = new Set<LinkWork>();
  private running = 0;
  private timers: NodeJS.Timeout[] = [];
  private stopped = false;
  private readonly active = new Set<Promise<void>>();

  constructor(
    private readonly transactor: Transactor,
    private readonly nodes: readonly NodeCode[],
    private readonly keystore: Keystore,
    private readonly incarnation: string,
    private readonly route: Route,
    private readonly clock: { now(): number },
    private readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void,
    private readonly traced: Traced,
  ) {}

  async start(): Promise<void> {
    await this.poll();
    const every = (ms: number, body: () => Promise<void> | void): void => {
      const guarded = (): void => {
        void Promise.resolve(body()).catch((error: unknown) =>
          this.log('warn', 'the relay was interrupted', { reason: String(error) }),
        );
      };
      this.timers.push(setInterval(guarded, ms));
    };
    every(relayLimits.pollIntervalMs, () => this.poll());
    every(relayLimits.tickIntervalMs, () => this.tick());
    every(relayLimits.cleanIntervalMs, () => this.clean());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.allSettled(this.active);
  }

  /** Called after every commit that wrote outgoing messages. */
  readonly committed = (positions: readonly LinkPosition[]): void => {
    for (const position of positions) {
      const link = this.link(position);
      link.sender = senderStep(link.sender, { type: 'committed', last: position.last }, this.clock.now());
      this.wake(link);
    }
  };

  /** A courier came or went: what it had taken may be lost, so everything unacknowledged is sent again. */
  readonly couriersChanged = (): void => {
    for (const link of this.links.values()) {
      if (link.sender.unackedSince === undefined) continue;
      link.sender = senderStep(link.sender, { type: 'resumed' }, this.clock.now());
      link.notBefore = 0;
      this.wake(link);
    }
  };

  /** The receiver's signed standing: `standing.sender` is the neighbour that applied what we sent. */
  async receipt(standing: Standing): Promise<void> {
    if (standing.appliedIncarnation !== this.incarnation) return;
    const link = this.links.get(keyOf(standing.receiver, standing.sender));
    if (link === undefined) return;
    const before = link.sender.acked;
    const now = this.clock.now();
    link.sender = senderStep(link.sender, { type: 'receipt', applied: standing.applied }, now);
    if (standing.gap) link.sender = senderStep(link.sender, { type: 'gap', applied: standing.applied }, now);
    if (link.sender.acked > before) {
      await this.transactor.run((sql) => saveReceipt(sql, link.node, link.peer, link.sender.acked, now));
    }
    this.wake(link);
  }

  /** Newest number given on a link, for the standing that this node sends. */
  lastOf(node: NodeCode, peer: NodeCode): number {
    return this.links.get(keyOf(node, peer))?.sender.last ?? 0;
  }

  /** Links that wait for a receipt: they are asked about in heartbeats. */
  waiting(): { readonly node: NodeCode; readonly peer: NodeCode; readonly unackedSince: number }[] {
    return [...this.links.values()].flatMap(({ node, peer, sender }) =>
      sender.unackedSince === undefined ? [] : [{ node, peer, unackedSince: sender.unackedSince }],
    );
  }

  sentOf(node: NodeCode, peer: NodeCode): number | undefined {
    return this.links.get(keyOf(node, peer))?.sender.sent;
  }

  private async poll(): Promise<void> {
    this.committed(await this.transactor.run((sql) => readPositions(sql, this.nodes)));
  }

  private tick(): void {
    const now = this.clock.now();
    for (const link of this.links.values()) {
      link.sender = senderStep(link.sender, { type: 'tick' }, now);
      this.wake(link);
    }
  }

  private async clean(): Promise<void> {
    const olderThan = this.clock.now() - relayLimits.keepAcknowledgedMs;
    await this.transactor.run((sql) => dropAcknowledged(sql, olderThan, relayLimits.cleanRows));
  }

  private link(position: LinkPosition): LinkWork {
    const key = keyOf(position.node, position.peer);
    let link = this.links.get(key);
    if (link === undefined) {
      const sender = newSender(position.acked, position.acked);
      link = { node: position.node, peer: position.peer, sender, busy: false, notBefore: 0 };
      this.links.set(key, link);
    }
    return link;
  }

  private wake(link: LinkWork): void {
    if (link.busy || this.stopped || nextRange(link.sender) === undefined) return;
    this.dirty.add(link);
    this.pump();
  }

  private pump(): void {
    for (const link of this.dirty) {
      if (this.running >= relayLimits.concurrentLinks) return;
      this.dirty.delete(link);
      if (link.busy || link.notBefore > this.clock.now() || this.route.courierFor(link.peer) === undefined) continue;
      link.busy = true;
      this.running++;
      const task = this.serve(link).finally(() => {
        link.busy = false;
        this.running--;
        this.active.delete(task);
        this.wake(link);
        this.pump();
      });
      this.active.add(task);
    }
  }

  /** Hands over one range; an error leaves the rest for a later try. */
  private async serve(link: LinkWork): Promise<void> {
    const range = nextRange(link.sender);
    if (range === undefined || this.stopped) return;
    try {
      const { node, peer } = link;
      const messages = await this.read(link, range.from, range.until);
      const value = sealEnvelope(this.keystore, node, peer, this.incarnation, range.from, messages);
      await this.traced(traceparentOfMessages(messages), 'relay', { sender: node, receiver: peer }, () =>
        this.route.send(create(FrameSchema, { body: { case: 'envelope', value } }), peer),
      );
      link.sender = senderStep(link.sender, { type: 'handedOver', until: range.until }, this.clock.now());
    } catch (error) {
      link.sender = senderStep(link.sender, { type: 'handOverFailed', from: range.from }, this.clock.now());
      link.notBefore = this.clock.now() + relayLimits.retryHandOverMs;
      this.log('warn', 'an envelope was not handed over', { node: link.node, peer: link.peer, reason: String(error) });
    }
  }

  private async read(link: LinkWork, from: number, until: number): Promise<Message[]> {
    const messages = await this.transactor.run((sql) => readOutgoing(sql, link.node, link.peer, from, until));
    if (messages.length !== until - from + 1) {
      throw new Error(`link ${link.node} → ${link.peer} holds ${messages.length} of ${until - from + 1} messages`);
    }
    return messages;
  }
}

const keyOf = (node: NodeCode, peer: NodeCode): string => `${node} ${peer}`;
