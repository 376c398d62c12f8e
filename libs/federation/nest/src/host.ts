import { create } from '@bufbuild/protobuf';
import { FrameSchema, type Frame } from '@tongban/contract';
import type { Courier } from '@tongban/federation/transport';
import type { KeyDirectory } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { Commands, type Transactor } from './commands.js';
import { Inbox, type InboxResult } from './inbox.js';
import { Relay } from './relay.js';
import type { Traced } from './traced.js';
import { routeOver, type Route } from './route.js';
import { findReceiver, readIncarnation } from './store/link-store.js';
import { openStanding, sealStanding } from './verify.js';
import type { WorkTools } from './work.js';

export const hostLimits = {
  /** A link that waits for a receipt is asked about this often. */
  askIntervalMs: 30_000,
  maxQueuedFramesPerLink: 256,
} as const;

export interface HostOptions extends WorkTools {
  readonly nodes: readonly NodeCode[];
  readonly transactor: Transactor;
  readonly directory: KeyDirectory;
  readonly clock: { now(): number };
  readonly hub: Courier;
  readonly parentEnd?: Courier & { prefers(peer: NodeCode): boolean };
  readonly childEnd?: Courier & { sayHub(reachable: boolean): void };
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
  readonly traced: Traced;
  readonly applied?: (result: InboxResult) => void;
}

/** The federation of one process: all its nodes, one database, the couriers. */
export class Host {
  readonly commands: Commands;
  readonly route: Route;
  readonly relay: Relay;
  private readonly inbox: Inbox;
  private readonly hosted: ReadonlySet<NodeCode>;
  private readonly lanes = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  private readonly heard = new Map<string, { at: number; last: number }>();
  private askTimer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly options: HostOptions,
    private readonly incarnation: string,
  ) {
    const { transactor, keystore, directory, clock, hub, parentEnd, childEnd, log, traced } = options;
    this.hosted = new Set(options.nodes);
    this.route = routeOver(hub, parentEnd, childEnd);
    this.relay = new Relay(transactor, options.nodes, keystore, incarnation, this.route, clock, log, traced);
    this.commands = new Commands(transactor, options, clock, this.relay.committed);
    this.inbox = new Inbox(transactor, options, directory, clock, this.relay.committed, traced);
  }

  static async open(options: HostOptions): Promise<Host> {
    return new Host(options, await options.transactor.run(readIncarnation));
  }

  async start(): Promise<void> {
    const { hub, parentEnd, childEnd } = this.options;
    const handler = (frame: Frame): Promise<void> => this.handle(frame);
    const changed = (): void => {
      childEnd?.sayHub(hub.reaches(this.options.nodes[0]!));
      this.relay.couriersChanged();
    };
    await this.relay.start();
    await parentEnd?.start(handler, changed);
    await childEnd?.start(handler, changed);
    await hub.start(handler, changed);
    this.askTimer = setInterval(() => this.ask(), hostLimits.askIntervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.askTimer);
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
      await this.inLane(`${receiver} ${sender}`, async () => {
        const accepted = await this.inbox.accept(envelope);
        if (!accepted.ok) {
          this.options.log('warn', 'an envelope was refused', { sender, receiver, code: accepted.refusal.code });
          return;
        }
        this.options.applied?.(accepted.value);
        await this.sendStanding(accepted.value);
      });
      return;
    }
    if (frame.body.case === 'status') {
      const standing = openStanding(this.options.directory, frame.body.value);
      if (!standing.ok || !this.hosted.has(standing.value.receiver)) return;
      const { sender, receiver, last, incarnation } = standing.value;
      this.heard.set(`${receiver} ${sender}`, { at: this.options.clock.now(), last });
      await this.relay.receipt(standing.value);
      if (standing.value.appliedIncarnation !== '') return;
      const state = await this.options.transactor.run((sql) => findReceiver(sql, receiver, sender));
      const applied = state.incarnation === incarnation ? state.applied : 0;
      await this.sendStanding({ sender, receiver, incarnation, applied, gap: last > applied });
    }
  }

  /** When a neighbour was last heard of, and the newest number that it says it has given. */
  heardOf(node: NodeCode, peer: NodeCode): { readonly at: number; readonly last: number } | undefined {
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
    readonly incarnation: string;
    readonly applied: number;
    readonly gap: boolean;
  }): Promise<void> {
    const status = sealStanding(
      this.options.keystore,
      {
        sender: applied.receiver,
        receiver: applied.sender,
        incarnation: this.incarnation,
        last: this.relay.lastOf(applied.receiver, applied.sender),
        applied: applied.applied,
        appliedIncarnation: applied.incarnation,
        gap: applied.gap,
      },
      this.options.clock.now(),
    );
    await this.sendStatus(status, applied.sender);
  }

  /** Asks neighbours that owe a receipt where they stand: an empty `appliedIncarnation` makes it a question. */
  private ask(): void {
    const now = this.options.clock.now();
    for (const { node, peer, unackedSince } of this.relay.waiting()) {
      if (now - unackedSince < hostLimits.askIntervalMs) continue;
      const last = this.relay.lastOf(node, peer);
      const standing = { sender: node, receiver: peer, incarnation: this.incarnation, last };
      const question = { ...standing, applied: 0, appliedIncarnation: '', gap: false };
      void this.sendStatus(sealStanding(this.options.keystore, question, now), peer);
    }
  }

  /** A lost standing costs a re-send, so failing to send one is no error. */
  private async sendStatus(value: ReturnType<typeof sealStanding>, peer: NodeCode): Promise<void> {
    const frame = create(FrameSchema, { body: { case: 'status', value } });
    await this.route.send(frame, peer).catch(() => undefined);
  }
}
