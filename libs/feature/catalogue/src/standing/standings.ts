import { setImmediate as otherWork } from 'node:timers/promises';
import {
  publisherStandings,
  standingLimits,
  standingOf,
  type CatalogueStanding,
  type ChildStanding,
  type PublisherStanding,
  type PublisherState,
} from '@tongban/domain/catalogue';
import { parentOf, tierOf, type Clock, type Instant, type NodeCode } from '@tongban/kernel';
import type { CatalogueLog } from '../catalogue-view.js';
import { readStandings, saveStandings, type HeardStanding } from '../store/standing-store.js';
import type { Transactor } from '../store/transactor.js';
import { LogOnce } from '../stream/log-once.js';
import { readStanding, standingBytes, standingTopic } from './standing-wire.js';

export const standingsLimits = {
  /** What changes together is told together. */
  settleMs: 300,
  /** After a change the same is told once more, for a parent that was not listening. */
  repeatMs: 5_000,
  /** Every node tells its parent at least this often; see `silentAfterMs` of the domain. */
  reportIntervalMs: 60_000,
  flushIntervalMs: 10_000,
  /** Reports sealed before other work is let in. */
  reportsPerTurn: 25,
} as const;

/** The tree as far as standings need it. */
export interface StandingTree {
  childrenOf(node: NodeCode): readonly NodeCode[];
  /** The node and all below it. */
  sizeOf(node: NodeCode): number;
}

export interface StandingsOptions {
  readonly nodes: readonly NodeCode[];
  readonly tree: StandingTree;
  readonly transactor: Transactor;
  readonly clock: Clock;
  readonly log: CatalogueLog;
  /** What a node of this host holds. */
  readonly heldBy: (node: NodeCode) => readonly PublisherState[];
  /** Tells the node's parent, best effort. */
  readonly send: (node: NodeCode, topic: string, content: Uint8Array) => Promise<unknown>;
}

/** A report of a child as it came through the federation: genuine, and from a child of the receiver. */
export interface ChildReport {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly topic: string;
  readonly at: Instant;
  readonly content: Uint8Array;
}

interface Heard extends HeardStanding {
  readonly standing: CatalogueStanding;
}

export interface StandingView {
  readonly at: Instant;
  /** The node and all below it. */
  readonly total: number;
  readonly standing: CatalogueStanding;
  readonly publishers: readonly PublisherStanding[];
}

const placeOf = (node: NodeCode, child: NodeCode): string => `${node} ${child}`;

/** Who holds what below the nodes of this host: hears children, adds up, tells parents, and keeps what was heard. */
export class Standings {
  private readonly heard = new Map<string, Heard>();
  private readonly unsaved = new Set<string>();
  private readonly pending = new Set<NodeCode>();
  private readonly repeated = new Set<NodeCode>();
  private readonly timers: NodeJS.Timeout[] = [];
  private settling: NodeJS.Timeout | undefined;
  private repeating: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;
  private stopped = true;
  private readonly keeping: LogOnce;

  private constructor(private readonly options: StandingsOptions) {
    this.keeping = new LogOnce(options.log, 'keeping the standing of nodes below');
  }

  /** What was heard before a restart is there again: how long a node has been away must not be forgotten. */
  static async open(options: StandingsOptions): Promise<Standings> {
    const standings = new Standings(options);
    for (const kept of await options.transactor.run((sql) => readStandings(sql, options.nodes))) {
      const standing = readStanding(kept.child, kept.content);
      if (standing.ok) standings.heard.set(placeOf(kept.node, kept.child), { ...kept, standing: standing.value });
    }
    return standings;
  }

  start(): void {
    this.stopped = false;
    const { reportIntervalMs, flushIntervalMs } = standingsLimits;
    this.timers.push(setInterval(() => this.tellAll(), reportIntervalMs));
    this.timers.push(setInterval(() => void this.flush(), flushIntervalMs));
    this.changed();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.settling);
    clearTimeout(this.repeating);
    await this.telling;
    await this.flush();
  }

  /** What the nodes of this host hold has changed, or parents may not have heard of it. */
  readonly changed = (): void => {
    for (const node of this.options.nodes) this.tellSoon(node, true);
  };

  /** Takes in what a child has said; what is older than what it said before does not count. */
  take({ sender, receiver, topic, at, content }: ChildReport): void {
    if (topic !== standingTopic) return;
    const place = placeOf(receiver, sender);
    const known = this.heard.get(place);
    if (known !== undefined && at <= known.reportedAt) return;
    const standing = readStanding(sender, content);
    if (!standing.ok) {
      this.options.log('warn', 'a standing was refused', { sender, receiver, detail: standing.refusal.detail });
      return;
    }
    const heardAt = this.options.clock.now();
    const wasSilent = known !== undefined && heardAt - known.heardAt > standingLimits.silentAfterMs;
    const isNews = known === undefined || wasSilent || !Buffer.from(known.content).equals(content);
    this.heard.set(place, {
      ...{ node: receiver, child: sender, reportedAt: at, heardAt, content, standing: standing.value },
    });
    this.unsaved.add(place);
    if (isNews) this.tellSoon(receiver, true);
  }

  of(node: NodeCode): StandingView {
    const at = this.options.clock.now();
    const own = this.options.heldBy(node);
    const standing = this.standingAt(node, own, at);
    const { tree } = this.options;
    return { at, total: tree.sizeOf(node), standing, publishers: publisherStandings(standing, own) };
  }

  private standingAt(node: NodeCode, own: readonly PublisherState[], now: Instant): CatalogueStanding {
    const { tree } = this.options;
    const children = tree.childrenOf(node).map((child): ChildStanding => {
      const last = this.heard.get(placeOf(node, child));
      return { node: child, size: tree.sizeOf(child), ...(last === undefined ? {} : { last }) };
    });
    return standingOf({ node, own, children, now });
  }

  private tellAll(): void {
    for (const node of this.options.nodes) this.tellSoon(node, false);
  }

  private tellSoon(node: NodeCode, isNews: boolean): void {
    // The province has a catalogue of its own to answer for.
    const parent = parentOf(node);
    if (this.stopped || parent === undefined || tierOf(parent) === 'province') return;
    this.pending.add(node);
    if (isNews) this.repeated.add(node);
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.telling ??= this.tell().finally(() => (this.telling = undefined));
    }, standingsLimits.settleMs);
    if (isNews) this.repeatLater();
  }

  private repeatLater(): void {
    this.repeating ??= setTimeout(() => {
      this.repeating = undefined;
      const again = [...this.repeated];
      this.repeated.clear();
      for (const node of again) this.tellSoon(node, false);
    }, standingsLimits.repeatMs);
  }

  private async tell(): Promise<void> {
    const { heldBy, clock, send } = this.options;
    let told = 0;
    // Nodes that are added meanwhile are told too; those of one run are bounded by the nodes of the host.
    for (const node of this.pending) {
      if (this.stopped) return;
      this.pending.delete(node);
      await send(node, standingTopic, standingBytes(this.standingAt(node, heldBy(node), clock.now())));
      if (++told % standingsLimits.reportsPerTurn === 0) await otherWork();
    }
  }

  private async flush(): Promise<void> {
    const places = [...this.unsaved];
    this.unsaved.clear();
    const standings = places.flatMap((place) => this.heard.get(place) ?? []);
    try {
      await this.options.transactor.run((sql) => saveStandings(sql, standings));
      this.keeping.succeeded();
    } catch (error) {
      for (const place of places) this.unsaved.add(place);
      this.keeping.failed(error);
    }
  }
}
