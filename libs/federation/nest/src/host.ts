import { create } from '@bufbuild/protobuf';
import { FrameSchema, type Envelope, type Frame } from '@tongban/contract';
import { appliedIn, readClock } from '@tongban/federation/core';
import { parentOf, type NodeCode } from '@tongban/kernel';
import { Answers } from './answers.js';
import { Backlog } from './backlog.js';
import { Commands } from './commands.js';
import type { FrameRefused, HeardNeighbour, HostOptions, HostSettings } from './host-settings.js';
import { Inbox } from './inbox.js';
import { federationCore, type HostParts, type HostPlace } from './parts.js';
import { Reconciler, type ReconcilerTools } from './reconcile/reconciler.js';
import { Recovery } from './recovery.js';
import { openReport, sealReport, type NodeReport } from './reports.js';
import { ParkedRecords } from './parked-records.js';
import { Relay } from './relay.js';
import { realScheduler } from './scheduler.js';
import { Sessions } from './sessions.js';
import { TakeUp } from './take-up.js';
import { postgresStore } from './store/postgres-store.js';
import { routeOver, type Route } from './route.js';
import { openStanding, sealStanding, type HeardStanding, type Standing } from './verify.js';

export const hostLimits = {
  /** A link that waits for a receipt is asked about this often. */
  askIntervalMs: 30_000,
  maxQueuedFramesPerLink: 256,
} as const;

const refusedTexts = {
  envelope: 'an envelope was refused',
  status: 'a standing was refused',
  report: 'a report was refused',
} as const;

/** The federation of one process: all its nodes, one database, the couriers. */
export class Host {
  readonly commands: Commands;
  readonly route: Route;
  readonly relay: Relay;
  readonly recovery: Recovery;
  private readonly inbox: Inbox;
  private readonly takeUp: TakeUp;
  private readonly sessions: Sessions;
  private readonly hosted: ReadonlySet<NodeCode>;
  private readonly lanes = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  private readonly heard = new Map<string, HeardNeighbour>();
  private readonly parts: HostParts;
  /** When the parent of a link was asked for its time, and has not answered yet. */
  private clockAsked: { readonly key: string; readonly at: number } | undefined;
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
    this.takeUp = new TakeUp(this.parts, new Backlog(this.parts, answers), this.sessions, options.nodes);
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
    const asked = options.mayBegin === undefined ? {} : { mayBegin: options.mayBegin };
    const tools = { bindings, keystore, sealer, directory, clock, log, traced, ...asked };
    const parked = new ParkedRecords();
    await parked.load(place.store, options.nodes);
    return new Host(options, { ...tools, ...place, incarnation, recovery, parked });
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
    await this.takeUp.replay();
    await parentEnd?.start(handler, changed);
    await childEnd?.start(handler, changed);
    await hub.start(handler, changed);
    this.cancelAsking = this.parts.scheduler.every(hostLimits.askIntervalMs, () => {
      this.ask();
      this.askForRecords();
      void this.takeUp.resume();
    });
    this.askForRecords();
    await this.takeUp.resume();
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
        if (this.options.departed?.includes(receiver as NodeCode) === true) return;
        this.options.log('warn', 'an envelope for a node that is not served here', { sender, receiver });
        return;
      }
      const envelope = frame.body.value;
      await this.inLane(`${receiver} ${sender}`, () => this.accept(envelope));
      return;
    }
    if (frame.body.case !== 'report' && frame.body.case !== 'status') return;
    const { sender, receiver } = frame.body.value;
    if (!this.hosted.has(receiver as NodeCode)) return;
    const now = this.options.clock.now();
    if (frame.body.case === 'report') {
      const report = openReport(this.options.directory, frame.body.value, now);
      if (report.ok) this.takeReport(report.value, now);
      else this.refuse({ frame: 'report', sender, receiver: receiver as NodeCode, code: report.refusal.code });
      return;
    }
    const standing = openStanding(this.options.directory, frame.body.value, now);
    if (standing.ok) await this.hear(standing.value);
    else this.refuse({ frame: 'status', sender, receiver: receiver as NodeCode, code: standing.refusal.code });
  }

  /** A report shows its sender's clock as well as a standing does. */
  private takeReport(report: NodeReport, now: number): void {
    const key = `${report.receiver} ${report.sender}`;
    const heard = this.heard.get(key);
    if (heard !== undefined) this.heard.set(key, { ...heard, at: now, aheadMs: report.at - now });
    this.options.reported?.(report);
  }

  private refuse(what: FrameRefused): void {
    this.options.refused?.(what);
    this.options.log('warn', refusedTexts[what.frame], { ...what });
  }

  private async accept(envelope: Envelope): Promise<void> {
    const { sender, receiver } = envelope;
    const accepted = await this.inbox.accept(envelope);
    if (!accepted.ok) {
      this.refuse({ frame: 'envelope', sender, receiver: receiver as NodeCode, code: accepted.refusal.code });
      return;
    }
    const result = accepted.value;
    if (result.taken === 'stale') return;
    if (result.taken === 'foreign') return this.askForSession(receiver as NodeCode, sender as NodeCode);
    this.options.applied?.(result);
    const regained = result.caughtUp && this.regained(result.receiver, result.sender);
    await this.sendStanding(result);
    await this.takeUp.afterEntries(result.receiver);
    if (regained) await this.takeUp.resume();
  }

  private async hear(standing: HeardStanding): Promise<void> {
    const { sender, receiver, last, session } = standing;
    if (!(await this.sessions.hear(standing))) return;
    const now = this.options.clock.now();
    this.heard.set(`${receiver} ${sender}`, { at: now, last, aheadMs: standing.at - now });
    this.readParentClock(standing, now);
    await this.relay.receipt(standing);
    if (standing.compare && parentOf(receiver) === sender) this.options.compareAsked?.(receiver);
    if (standing.appliedSession !== '') return;
    const state = await this.parts.store.run((tx) => tx.findReceiver(receiver, sender));
    const applied = appliedIn(state, session, 0);
    // Of a commit whose success was not heard of: whoever hears that all was applied does not send it again.
    const regained = state.caughtUpIn === this.parts.incarnation.id && this.regained(receiver, sender);
    await this.sendStanding({ sender, receiver, session, applied, gap: last > applied });
    if (regained) await this.takeUp.resume();
  }

  /** The sender has given back everything. False when that was known. */
  private regained(receiver: NodeCode, sender: NodeCode): boolean {
    if (!this.recovery.awaits(receiver, sender)) return false;
    this.recovery.caughtUp(receiver, sender);
    return true;
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
        await this.takeUp.afterEntries(node);
        await this.takeUp.node(node);
      },
    });
  }

  heardOf(node: NodeCode, peer: NodeCode): HeardNeighbour | undefined {
    return this.heard.get(`${node} ${peer}`);
  }

  /**
   * Asks the parent of one node how it stands, which tells its time: all nodes of a host have one clock. A link on which
   * something is under way is left alone, for a question would have that sent again. False when there is none to ask.
   */
  async askParentClock(): Promise<boolean> {
    const busy = new Set(this.relay.waiting().map(({ node, peer }) => `${node} ${peer}`));
    for (const node of this.options.nodes) {
      const parent = parentOf(node);
      if (parent === undefined || busy.has(`${node} ${parent}`) || this.recovery.awaits(node, parent)) continue;
      if (this.route.courierFor(parent) === undefined) continue;
      this.clockAsked = { key: `${node} ${parent}`, at: this.options.clock.now() };
      await this.say(node, parent, { applied: 0, appliedSession: '', gap: false });
      return true;
    }
    return false;
  }

  private readParentClock({ sender, receiver, at }: HeardStanding, now: number): void {
    if (this.clockAsked?.key !== `${receiver} ${sender}`) return;
    const reading = readClock(this.clockAsked.at, at, now);
    this.clockAsked = undefined;
    if (reading !== undefined) this.options.parentClock?.(reading);
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

  /** What waited for a key is tried again: the city has published others. */
  async keysChanged(): Promise<void> {
    const { parked } = this.parts;
    for (const { node, record } of parked.all()) parked.makeDue(node, [record]);
    await this.takeUp.resume();
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
    await this.hand(receiver, () => ({
      case: 'status',
      value: sealStanding(this.options.keystore, standing, this.options.clock.now()),
    }));
  }

  /** Tells the parent of a node how things stand there; false when no way leads to it now. */
  async report(sender: NodeCode, topic: string, content: Uint8Array): Promise<boolean> {
    const receiver = parentOf(sender);
    if (receiver === undefined) return false;
    const at = this.options.clock.now();
    const what = { sender, receiver, topic, at, content };
    return this.hand(receiver, () => ({ case: 'report', value: sealReport(this.options.keystore, what) }));
  }

  /** What is lost is said again, so failing to sign or to send it is no error. */
  private async hand(peer: NodeCode, seal: () => Frame['body']): Promise<boolean> {
    try {
      await this.route.send(create(FrameSchema, { body: seal() }), peer);
      return true;
    } catch {
      return false;
    }
  }
}
