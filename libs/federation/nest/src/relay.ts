import { create } from '@bufbuild/protobuf';
import { FrameSchema } from '@tongban/contract';
import { isEarlier, newSender, sessionOf, type SenderState } from '@tongban/federation/core';
import type { Message } from '@tongban/federation/transport';
import type { NodeCode } from '@tongban/kernel';
import { messageLimits } from './limits.js';
import type { HostParts } from './parts.js';
import { RecentMessages } from './recent-messages.js';
import type { Route } from './route.js';
import type { LinkPosition } from './store/port.js';
import { traceparentOfMessages } from './traced.js';
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
  /** Outcomes under their keys, for callers that repeat a command; later the entry with that id answers. */
  keepCommandsMs: 30 * 24 * 3_600_000,
  cleanIntervalMs: 600_000,
  cleanRows: 20_000,
} as const;

interface LinkWork {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  /** The receiver's incarnation that the link's session was begun for, and the number before its first one. */
  peerIncarnation: string;
  base: number;
  sender: SenderState;
  busy: boolean;
  notBefore: number;
}

/** Hands committed messages to couriers, in order, for all links of the host; see SPEC.md of federation/core. */
export class Relay {
  private readonly links = new Map<string, LinkWork>();
  private readonly dirty = new Set<LinkWork>();
  private readonly recent = new RecentMessages<LinkWork>();
  private running = 0;
  private timers: (() => void)[] = [];
  private stopped = false;
  private readonly active = new Set<Promise<void>>();

  constructor(
    private readonly parts: Omit<HostParts, 'committed'>,
    private readonly nodes: readonly NodeCode[],
    private readonly route: Route,
  ) {}

  async start(): Promise<void> {
    await this.poll();
    const every = (ms: number, body: () => Promise<void> | void): void => {
      const guarded = (): void => {
        void Promise.resolve(body()).catch((error: unknown) =>
          this.parts.log('warn', 'the relay was interrupted', { reason: String(error) }),
        );
      };
      this.timers.push(this.parts.scheduler.every(ms, guarded));
    };
    every(relayLimits.pollIntervalMs, () => this.poll());
    every(relayLimits.tickIntervalMs, () => this.tick());
    every(relayLimits.cleanIntervalMs, () => this.clean());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const cancel of this.timers) cancel();
    await Promise.allSettled(this.active);
  }

  /** Called after every commit that wrote outgoing messages. */
  readonly committed = (positions: readonly LinkPosition[]): void => {
    for (const position of positions) {
      const link = this.link(position);
      if (isEarlier(position.peerIncarnation, link.peerIncarnation)) continue;
      if (position.peerIncarnation !== link.peerIncarnation) this.beginSession(link, position);
      link.sender = this.parts.core.senderStep(
        link.sender,
        { type: 'committed', last: position.last },
        this.parts.clock.now(),
      );
      const { recent = [], last } = position;
      this.recent.keep(link, last - recent.length + 1, recent, this.parts.clock.now());
      this.wake(link);
    }
  };

  /** A courier came or went: what it had taken may be lost, so everything unacknowledged is sent again. */
  readonly couriersChanged = (): void => {
    for (const link of this.links.values()) {
      if (link.sender.unackedSince === undefined) continue;
      link.sender = this.parts.core.senderStep(link.sender, { type: 'resumed' }, this.parts.clock.now());
      link.notBefore = 0;
      this.wake(link);
    }
  };

  /** The receiver's signed standing: `standing.sender` is the neighbour that applied what we sent. */
  async receipt(standing: Standing): Promise<void> {
    const link = this.links.get(keyOf(standing.receiver, standing.sender));
    if (link === undefined || standing.appliedSession !== this.sessionOf(link)) return;
    const now = this.parts.clock.now();
    const { acked, last } = link.sender;
    // Stored first: a receipt that only this process remembers would never be stored once nothing is outstanding.
    if (standing.applied > acked && standing.applied <= last) {
      await this.parts.store.run((tx) => tx.saveReceipt(link.node, link.peer, standing.applied, now));
    }
    link.sender = this.parts.core.senderStep(link.sender, { type: 'receipt', applied: standing.applied }, now);
    if (standing.gap)
      link.sender = this.parts.core.senderStep(
        link.sender,
        { type: 'gap', applied: Math.max(standing.applied, link.base) },
        now,
      );
    this.wake(link);
  }

  /** Newest number given on a link, for the standing that this node sends. */
  lastOf(node: NodeCode, peer: NodeCode): number {
    return this.links.get(keyOf(node, peer))?.sender.last ?? 0;
  }

  /** The session that a link counts in. */
  sessionOf({ node, peer }: { readonly node: NodeCode; readonly peer: NodeCode }): string {
    return sessionOf(this.parts.incarnation.id, this.links.get(keyOf(node, peer))?.peerIncarnation ?? '');
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
    this.committed(await this.parts.store.run((tx) => tx.readPositions(this.nodes)));
  }

  private tick(): void {
    const now = this.parts.clock.now();
    this.recent.forgetOld(now);
    for (const link of this.links.values()) {
      link.sender = this.parts.core.senderStep(link.sender, { type: 'tick' }, now);
      this.wake(link);
    }
  }

  private async clean(): Promise<void> {
    const olderThan = this.parts.clock.now() - relayLimits.keepAcknowledgedMs;
    await this.parts.store.run((tx) => tx.dropAcknowledged(olderThan, relayLimits.cleanRows));
    const settledBefore = this.parts.clock.now() - relayLimits.keepCommandsMs;
    await this.parts.store.run((tx) => tx.dropSettled(settledBefore, relayLimits.cleanRows));
  }

  private link(position: LinkPosition): LinkWork {
    const key = keyOf(position.node, position.peer);
    let link = this.links.get(key);
    if (link === undefined) {
      const { node, peer, acked, peerIncarnation, base } = position;
      const sender = newSender(acked, acked);
      link = { node, peer, peerIncarnation, base, sender, busy: false, notBefore: 0 };
      this.links.set(key, link);
    }
    return link;
  }

  private beginSession(link: LinkWork, { peerIncarnation, base, acked }: LinkPosition): void {
    this.recent.forgetLink(link);
    link.peerIncarnation = peerIncarnation;
    link.base = base;
    link.sender = newSender(acked, acked);
  }

  private wake(link: LinkWork): void {
    if (link.busy || this.stopped || this.parts.core.nextRange(link.sender) === undefined) return;
    this.dirty.add(link);
    this.pump();
  }

  private pump(): void {
    for (const link of this.dirty) {
      if (this.running >= relayLimits.concurrentLinks) return;
      this.dirty.delete(link);
      if (link.busy || link.notBefore > this.parts.clock.now() || this.route.courierFor(link.peer) === undefined)
        continue;
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
    const range = this.parts.core.nextRange(link.sender);
    if (range === undefined || this.stopped) return;
    try {
      const { node, peer, base } = link;
      const session = this.sessionOf(link);
      const messages = await this.read(link, range.from, range.until);
      const value = sealEnvelope(this.parts.keystore, {
        ...{ sender: node, receiver: peer, session, base, firstSeq: range.from, messages },
      });
      await this.parts.traced(traceparentOfMessages(messages), 'relay', { sender: node, receiver: peer }, () =>
        this.route.send(create(FrameSchema, { body: { case: 'envelope', value } }), peer),
      );
      const until = range.from + messages.length - 1;
      link.sender = this.parts.core.senderStep(link.sender, { type: 'handedOver', until }, this.parts.clock.now());
      this.recent.forget(link, until);
    } catch (error) {
      link.sender = this.parts.core.senderStep(
        link.sender,
        { type: 'handOverFailed', from: range.from },
        this.parts.clock.now(),
      );
      link.notBefore = this.parts.clock.now() + relayLimits.retryHandOverMs;
      this.parts.log('warn', 'an envelope was not handed over', {
        node: link.node,
        peer: link.peer,
        reason: String(error),
      });
    }
  }

  private async read(link: LinkWork, from: number, until: number): Promise<Message[]> {
    const { maxEnvelopeBytes } = messageLimits;
    const recent = this.recent.find(link, from, until, maxEnvelopeBytes);
    if (recent.length > 0) return recent;
    const messages = await this.parts.store.run((tx) =>
      tx.readOutgoing(link.node, link.peer, from, until, maxEnvelopeBytes),
    );
    if (messages.length === 0) throw new Error(`link ${link.node} → ${link.peer} has lost number ${from}`);
    return messages;
  }
}

const keyOf = (node: NodeCode, peer: NodeCode): string => `${node} ${peer}`;
