import { parentOf, tierOf, type Clock, type Instant, type NodeCode } from '@tongban/kernel';
import type { Transactor } from '@tongban/federation/nest';
import { linkMapBytes, linkMapTopic, readLinkMap } from './link-map-wire.js';
import { isDark, linkMapOf, linkReportOf, type LinkEnd, type LinkMap } from './link-map.js';
import { readStrained } from './link-store.js';

export const linkReportLimits = {
  /** How often what waits is looked at; news of children is passed on sooner. */
  lookIntervalMs: 20_000,
  settleMs: 300,
  /** A node with children tells its parent at least this often; see `silentAfterMs`. */
  reportIntervalMs: 60_000,
} as const;

/** The tree as far as the map of its links needs it. */
export interface LinkTree {
  childrenOf(node: NodeCode): readonly NodeCode[];
  /** The node and all below it. */
  sizeOf(node: NodeCode): number;
}

export interface LinkReportsOptions {
  readonly nodes: readonly NodeCode[];
  readonly tree: LinkTree;
  readonly transactor: Transactor;
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
  /** Tells the node's parent, best effort. */
  readonly send: (node: NodeCode, topic: string, content: Uint8Array) => Promise<unknown>;
}

/** A report of a child as it came through the federation: genuine, and from a child of the receiver. */
interface ChildReport {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly topic: string;
  readonly content: Uint8Array;
}

interface Said {
  readonly at: Instant;
  readonly content: Uint8Array;
  readonly map: LinkMap;
}

export interface LinkMapView extends LinkMap {
  readonly at: Instant;
  /** Links below the node, and how many of them are fine or lie below a node that is out of reach. */
  readonly total: number;
  readonly fine: number;
  readonly unknown: number;
}

type Ends = ReadonlyMap<NodeCode, ReadonlyMap<NodeCode, LinkEnd>>;

const nothing: ReadonlyMap<NodeCode, LinkEnd> = new Map();
const placeOf = (node: NodeCode, child: NodeCode): string => `${node} ${child}`;

/**
 * How the links below the nodes of this host are: hears children, adds what waits here, tells parents. Whoever has
 * children speaks every minute; a node without speaks only while its link up is strained, for it says enough by other
 * reports to be known alive. Nothing is kept: after a restart the next minute tells everything again.
 */
export class LinkReports {
  private readonly heard = new Map<string, Instant>();
  private readonly said = new Map<string, Said>();
  private readonly told = new Map<NodeCode, { readonly at: Instant; readonly content: Uint8Array }>();
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isFailing = false;

  constructor(private readonly options: LinkReportsOptions) {}

  start(): void {
    this.timer = setInterval(() => this.look(), linkReportLimits.lookIntervalMs);
    this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.timer = undefined;
    await this.looking;
  }

  /** Any report says that the child is there; that of the links says how it is. */
  take({ sender, receiver, topic, content }: ChildReport): void {
    const place = placeOf(receiver, sender);
    const at = this.options.clock.now();
    this.heard.set(place, at);
    if (topic !== linkMapTopic) return;
    const map = readLinkMap(sender, content);
    if (!map.ok) {
      this.options.log('warn', 'a map of links was refused', { sender, receiver, detail: map.refusal.detail });
      return;
    }
    const isNews = !Buffer.from(this.said.get(place)?.content ?? []).equals(content);
    this.said.set(place, { at, content, map: map.value });
    if (isNews && this.timer !== undefined) this.soon ??= setTimeout(() => this.look(), linkReportLimits.settleMs);
  }

  async of(node: NodeCode): Promise<LinkMapView> {
    const { tree, clock } = this.options;
    const ends = await this.endsOf([node]);
    const at = clock.now();
    const { links, omitted } = this.mapAt(node, ends, at);
    const total = tree.sizeOf(node) - 1;
    const dark = links.filter((link) => isDark(link, at));
    const unknown = dark.reduce((sum, link) => sum + tree.sizeOf(link.node) - 1, 0);
    return { at, links, omitted, total, unknown, fine: Math.max(0, total - unknown - links.length - omitted) };
  }

  private mapAt(node: NodeCode, ends: Ends, now: Instant): LinkMap {
    const { tree } = this.options;
    const children = tree.childrenOf(node).map((child) => {
      const place = placeOf(node, child);
      const said = this.said.get(place);
      const size = tree.sizeOf(child);
      const heardAt = size > 1 ? said?.at : this.heard.get(place);
      // A child without children falls quiet about its link when it is fine again, in case its last word was lost.
      const isOld = said === undefined || now - said.at > 2 * linkReportLimits.reportIntervalMs;
      return {
        ...{ node: child, size },
        ...(heardAt === undefined ? {} : { heardAt }),
        ...(said === undefined || (size === 1 && isOld) ? {} : { map: said.map }),
      };
    });
    return linkMapOf({ ends: ends.get(node) ?? nothing, children, now });
  }

  private look(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    this.looking ??= this.tell()
      .then(() => (this.isFailing = false))
      .catch((error: unknown) => {
        if (!this.isFailing) this.options.log('warn', 'the map of links cannot be told', { reason: String(error) });
        this.isFailing = true;
      })
      .finally(() => (this.looking = undefined))
      .then(() => undefined);
  }

  private async tell(): Promise<void> {
    const { nodes, tree, clock, send } = this.options;
    const ends = await this.endsOf(nodes);
    for (const node of nodes) {
      const parent = parentOf(node);
      // The province has links of its own to look after.
      if (parent === undefined || tierOf(parent) === 'province') continue;
      const now = clock.now();
      const report = linkReportOf(node, ends.get(node)?.get(parent), this.mapAt(node, ends, now), now);
      const isLeaf = tree.childrenOf(node).length === 0;
      const last = this.told.get(node);
      if (isLeaf && report.links.length === 0 && last === undefined) continue;
      const content = linkMapBytes(report);
      const isSame = last !== undefined && Buffer.from(last.content).equals(content);
      if (isSame && now - last.at < linkReportLimits.reportIntervalMs) continue;
      if (isLeaf && report.links.length === 0) this.told.delete(node);
      else this.told.set(node, { at: now, content });
      await send(node, linkMapTopic, content);
    }
  }

  private async endsOf(nodes: readonly NodeCode[]): Promise<Ends> {
    const ends = new Map<NodeCode, Map<NodeCode, LinkEnd>>();
    for (const { node, peer, ...end } of await this.options.transactor.run((sql) => readStrained(sql, nodes))) {
      const own = ends.get(node);
      if (own === undefined) ends.set(node, new Map([[peer, end]]));
      else own.set(peer, end);
    }
    return ends;
  }
}
