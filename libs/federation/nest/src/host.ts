import { create } from '@bufbuild/protobuf';
import { FrameSchema, type Envelope, type Frame } from '@tongban/contract';
import type { Courier } from '@tongban/federation/transport';
import { appliedIn } from '@tongban/federation/core';
import type { KeyDirectory } from '@tongban/journal';
import { parentOf, type NodeCode } from '@tongban/kernel';
import { Answers } from './answers.js';
import { Backlog } from './backlog.js';
import { Commands } from './commands.js';
import { Inbox, type InboxResult } from './inbox.js';
import { federationCore, type HostParts, type HostPlace, type Log, type WorkTools } from './parts.js';
import { Reconciler, type ReconcilerTools } from './reconcile/reconciler.js';
import { Recovery } from './recovery.js';
import { openReport, sealReport, type NodeReport } from './reports.js';
import { Relay } from './relay.js';
import { realScheduler } from './scheduler.js';
import { Sessions } from './sessions.js';
import { postgresStore, type Transactor } from './store/postgres-store.js';
import type { Traced } from './traced.js';
import { routeOver, type Route } from './route.js';
import { openStanding, sealStanding, type HeardStanding, type Standing } from './verify.js';

export const hostLimits = {
  /** A link that waits for a receipt is asked about this often. */
  askIntervalMs: 30_000,
  maxQueuedFramesPerLink: 256,
  /** Offers and requests that waited for a recovery, taken up in one transaction. */
  resumeRows: 100,
  /** After a reconciliation; what is left waits for the next one. */
  resumeRounds: 100,
} as const;

/** The last sign of life of a neighbour. */
export interface HeardNeighbour {
  readonly at: number;
  /** The newest number that it says it has given. */
  readonly last: number;
  /** How far its clock was ahead of ours, the way of the message included. */
  readonly aheadMs: number;
}

/** What a host is made of, wherever it keeps its state. */
export interface HostSettings extends WorkTools {
  readonly nodes: readonly NodeCode[];
  readonly directory: Pick<KeyDirectory, 'verify'>;
  readonly clock: { now(): number };
  readonly hub: Courier;
  readonly parentEnd?: Courier & { prefers(peer: NodeCode): boolean };
  readonly childEnd?: Courier & { sayHub(reachable: boolean): void };
  readonly log: Log;
  readonly traced: Traced;
  readonly applied?: (result: InboxResult) => void;
  /** A genuine report of a child of a node that is served here. */
  readonly reported?: (report: NodeReport) => void;
  /** Called when a courier came or went. */
  readonly couriersChanged?: () => void;
  /** Called when a node's parent asks it to compare its records. */
  readonly compareAsked?: (node: NodeCode) => void;
  /** Children that must give back what they hold after a restore; without it, those that the database remembers. */
  readonly childrenOf?: (node: NodeCode) => readonly NodeCode[];
}

export interface HostOptions extends HostSettings {
  readonly transactor: Transactor;
}

/** The federation of one process: all its nodes, one database, the couriers. */
export class Host {
  readonly commands: Commands;
  readonly route: Route;
  readonly relay: Relay;
  readonly recovery: Recovery;
  private readonly inbox: Inbox;
  private readonly backlog: Backlog;
  private readonly sessions: Sessions;
  private readonly hosted: ReadonlySet<NodeCode>;
  private readonly lanes = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  private readonly heard = new Map<string, HeardNeighbour>();
  private readonly parts: HostParts;
  private cancelAsking: () => void = () => undefined;

  private constructor(
    private readonly options: HostSettings,
    parts: Omit<HostParts, 'committed'>,
  ) {
    const { hub, parentEnd, childEnd } = options;
    this.hosted = new Set(options.nodes);
    this.recovery = parts.recovery;
    this.route = routeOver(hub, parentEnd, childEnd);
    this.relay = new Relay(parts, options.nodes, this.route);
    this.parts = { ...parts, committed: this.relay.committed };
    this.commands = new Commands(this.parts);
    this.sessions = new Sessions(this.parts);
    const answers = new Answers(this.parts);
    this.inbox = new Inbox(this.parts, answers, this.sessions.renew);
    this.backlog = new Backlog(this.parts, answers);
  }

  static open(options: HostOptions): Promise<Host> {
    const store = postgresStore(options.transactor);
    return Host.openAt({ store, scheduler: realScheduler, core: federationCore }, options);
  }

  static async openAt(place: HostPlace, options: HostSettings): Promise<Host> {
    const incarnation = await place.store.run((tx) => tx.readIncarnation());
    const recovery = new Recovery(incarnation, place.core);
    await recovery.load(place.store, options.nodes, (node) => {
      const parent = parentOf(node);
      return [...(parent === undefined ? [] : [parent]), ...(options.childrenOf?.(node) ?? [])];
    });
    const { bindings, keystore, sealer, directory, clock, log, traced } = options;
    const tools = { bindings, keystore, sealer, directory, clock, log, traced };
    return new Host(options, { ...tools, ...place, incarnation, recovery });
  }

  async start(): Promise<void> {
    const { hub, parentEnd, childEnd, nodes } = this.options;
    const handler = (frame: Frame): Promise<void> => this.handle(frame);
    const changed = (): void => {
      childEnd?.sayHub(hub.reaches(nodes[0]!));
      this.relay.couriersChanged();
      this.askForRecords();
      this.options.couriersChanged?.();
    };
    await this.relay.start();
    await this.backlog.replay(nodes);
    await parentEnd?.start(handler, changed);
    await childEnd?.start(handler, changed);
    await hub.start(handler, changed);
    this.cancelAsking = this.parts.scheduler.every(hostLimits.askIntervalMs, () => {
      this.ask();
      this.askForRecords();
      void this.resume();
    });
    this.askForRecords();
    await this.resume();
  }

  async stop(): Promise<void> {
    this.cancelAsking();
    await this.relay.stop();
    await this.options.hub.stop();
    await this.options.childEnd?.stop();
    await this.options.parentEnd?.stop();
    await Promise.allSettled([...this.lanes.values()].map((lane) => lane.tail));
  }

  private async handle(frame: Frame): Promise<void> {
    if (frame.body.case === 'envelope') {
      const { sender, receiver } = frame.body.value;
      if (!this.hosted.has(receiver as NodeCode)) {
        this.options.log('warn', 'an envelope for a node that is not served here', { sender, receiver });
        return;
      }
      const envelope = frame.body.value;
      await this.inLane(`${receiver} ${sender}`, () => this.accept(envelope));
      return;
    }
    if (frame.body.case === 'report') {
      const report = openReport(this.options.directory, frame.body.value, this.options.clock.now());
      if (report.ok && this.hosted.has(report.value.receiver)) this.options.reported?.(report.value);
      return;
    }
    if (frame.body.case === 'status') {
      const standing = openStanding(this.options.directory, frame.body.value);
      if (standing.ok && this.hosted.has(standing.value.receiver)) await this.hear(standing.value);
    }
  }

  private async accept(envelope: Envelope): Promise<void> {
    const { sender, receiver } = envelope;
    const accepted = await this.inbox.accept(envelope);
    if (!accepted.ok) {
      this.options.log('warn', 'an envelope was refused', { sender, receiver, code: accepted.refusal.code });
      return;
    }
    const result = accepted.value;
    if (result.taken === 'stale') return;
    if (result.taken === 'foreign') return this.askForSession(receiver as NodeCode, sender as NodeCode);
    this.options.applied?.(result);
    const regained = result.caughtUp && this.recovery.awaits(result.receiver, result.sender);
    if (regained) this.recovery.caughtUp(result.receiver, result.sender);
    await this.sendStanding(result);
    if (regained) await this.resume();
  }

  private async hear(standing: HeardStanding): Promise<void> {
    const { sender, receiver, last, session } = standing;
    if (!(await this.sessions.hear(standing))) return;
    const now = this.options.clock.now();
    this.heard.set(`${receiver} ${sender}`, { at: now, last, aheadMs: standing.at - now });
    await this.relay.receipt(standing);
    if (standing.compare && parentOf(receiver) === sender) this.options.compareAsked?.(receiver);
    if (standing.appliedSession !== '') return;
    const state = await this.parts.store.run((tx) => tx.findReceiver(receiver, sender));
    const applied = appliedIn(state, session, 0);
    await this.sendStanding({ sender, receiver, session, applied, gap: last > applied });
  }

  /** Takes up what waited for a recovery: hand-overs, requests, and the word to neighbours that wait as well. */
  private async resume(): Promise<void> {
    if (!this.recovery.restored) return;
    try {
      await this.sessions.answerDue(this.options.nodes);
      for (const node of this.options.nodes) {
        if (!this.recovery.isOpen(node)) continue;
        while (await this.backlog.resume(node, hostLimits.resumeRows));
      }
    } catch (error) {
      this.options.log('warn', 'what waited for a recovery could not be taken up yet', { reason: String(error) });
    }
  }

  /** What compares and mends the records of this host's nodes, over the database that the host lives in. */
  reconciler(own: Pick<ReconcilerTools, 'transactor' | 'above' | 'catalogueOf' | 'takeCatalogue'>): Reconciler {
    const { nodes, keystore, log, childrenOf } = this.options;
    return new Reconciler({
      ...{ ...this.parts, ...own, nodes, keystore, log },
      sessionOf: (link) => this.relay.sessionOf(link),
      askChildren: (node) => {
        for (const child of childrenOf?.(node) ?? [])
          void this.say(node, child, { applied: 0, appliedSession: '', gap: false, compare: true });
      },
      takeUp: async (node) => {
        for (let round = 0; round < hostLimits.resumeRounds && this.recovery.isOpen(node); round++) {
          if (!(await this.backlog.resume(node, hostLimits.resumeRows))) return;
        }
      },
    });
  }

  heardOf(node: NodeCode, peer: NodeCode): HeardNeighbour | undefined {
    return this.heard.get(`${node} ${peer}`);
  }

  /** Frames of one link are applied one after another, in the order in which they came. */
  private inLane(key: string, body: () => Promise<void>): Promise<void> {
    const lane = this.lanes.get(key) ?? { tail: Promise.resolve(), waiting: 0 };
    if (lane.waiting >= hostLimits.maxQueuedFramesPerLink) {
      return Promise.reject(new Error(`too many frames wait on link ${key}`));
    }
    this.lanes.set(key, lane);
    lane.waiting++;
    const task = lane.tail.then(body);
    lane.tail = task
      .catch(() => undefined)
      .finally(() => {
        lane.waiting--;
        if (lane.waiting === 0) this.lanes.delete(key);
      });
    return task;
  }

  private async sendStanding(applied: {
    readonly sender: NodeCode;
    readonly receiver: NodeCode;
    readonly session: string;
    readonly applied: number;
    readonly gap: boolean;
  }): Promise<void> {
    const { sender, receiver, session, gap } = applied;
    await this.say(receiver, sender, { applied: applied.applied, appliedSession: session, gap });
  }

  /** Asks neighbours that owe a receipt where they stand: an empty `appliedSession` makes it a question. */
  private ask(): void {
    const now = this.options.clock.now();
    for (const { node, peer, unackedSince } of this.relay.waiting()) {
      if (now - unackedSince < hostLimits.askIntervalMs) continue;
      void this.say(node, peer, { applied: 0, appliedSession: '', gap: false });
    }
  }

  /** Says to neighbours that this node was restored, until they have given back what they hold. */
  private askForRecords(): void {
    for (const { node, peer } of this.recovery.awaited()) {
      void this.askForSession(node, peer);
    }
  }

  private askForSession(node: NodeCode, peer: NodeCode): Promise<void> {
    return this.say(node, peer, { applied: 0, appliedSession: '', gap: false }, true);
  }

  private async say(
    sender: NodeCode,
    receiver: NodeCode,
    about: Pick<Standing, 'applied' | 'appliedSession' | 'gap'> & { readonly compare?: boolean },
    recovering = this.recovery.awaits(sender, receiver),
  ): Promise<void> {
    const standing: Standing = {
      ...{ sender, receiver, incarnation: this.parts.incarnation.id, compare: false, ...about },
      session: this.relay.sessionOf({ node: sender, peer: receiver }),
      last: this.relay.lastOf(sender, receiver),
      recovering,
    };
    await this.sendStatus(sealStanding(this.options.keystore, standing, this.options.clock.now()), receiver);
  }

  /** Tells the parent of a node how things stand there; false when no way leads to it now. */
  async report(sender: NodeCode, topic: string, content: Uint8Array): Promise<boolean> {
    const receiver = parentOf(sender);
    if (receiver === undefined) return false;
    const at = this.options.clock.now();
    const value = sealReport(this.options.keystore, { sender, receiver, topic, at, content });
    const frame = create(FrameSchema, { body: { case: 'report', value } });
    return this.route.send(frame, receiver).then(
      () => true,
      () => false,
    );
  }

  /** A lost standing costs a re-send, so failing to send one is no error. */
  private async sendStatus(value: ReturnType<typeof sealStanding>, peer: NodeCode): Promise<void> {
    const frame = create(FrameSchema, { body: { case: 'status', value } });
    await this.route.send(frame, peer).catch(() => undefined);
  }
}
