import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FrameSchema, type Frame } from '@tongban/contract';
import type { Courier, FrameHandler } from '@tongban/federation/transport';
import { parentOf, type NodeCode } from '@tongban/kernel';
import type { Chance } from './chance.js';
import type { Steps } from './overlay.js';
import type { VirtualTime } from './virtual-time.js';

const times = {
  leastDelayMs: 1,
  usualDelayMs: 40,
  longDelayMs: 20_000,
  publishTimeoutMs: 4_000,
  redeliverMs: 1_000,
  lateNoticeMs: 5_000,
} as const;

/** Probabilities, per frame or per change. */
export interface NetworkFaults {
  drop: number;
  double: number;
  /** A frame takes seconds: later ones overtake it. */
  straggle: number;
  corrupt: number;
  /** The courier took the frame, and the sender does not hear so. */
  unheard: number;
  /** A change of a courier is never told to the host. */
  unnoticed: number;
}

export const noNetworkFaults: NetworkFaults = { drop: 0, double: 0, straggle: 0, corrupt: 0, unheard: 0, unnoticed: 0 };

/** A running process, as the network sees it. */
export interface Port extends Steps {
  readonly name: string;
  readonly nodes: readonly NodeCode[];
  alive: boolean;
  hub: HubEnd;
  streams: StreamEnds;
}

interface HubEnd {
  handler: FrameHandler | undefined;
  changed: () => void;
}

interface StreamEnds {
  handler: FrameHandler | undefined;
  changed: () => void;
}

/** What a host's connection to the hub is like: `hole` looks connected and carries nothing. */
export type Reach = 'up' | 'down' | 'hole';

interface Stream {
  up: boolean;
  childSeesHub: boolean;
  /** Frames of one direction arrive in the order in which they were written. */
  readonly notBefore: [number, number];
}

/** All couriers of a world: one hub with a stored inbox per host, and a stream between each child host and parent host. */
export class Network {
  faults: NetworkFaults = { ...noNetworkFaults };
  frames = 0;
  readonly sent = new Map<string, number>();
  private readonly ports = new Map<string, Port>();
  private readonly hostOf = new Map<NodeCode, string>();
  private readonly reach = new Map<string, Reach>();
  private readonly inbox = new Map<string, Map<number, Uint8Array>>();
  private readonly streams = new Map<string, Stream>();
  private stored = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
  ) {}

  /** Takes the place of an earlier process of that name; what waits in its inbox is delivered to the new one. */
  attach(port: Port): void {
    this.ports.set(port.name, port);
    for (const node of port.nodes) this.hostOf.set(node, port.name);
    if (!this.reach.has(port.name)) this.reach.set(port.name, 'up');
    if (!this.inbox.has(port.name)) this.inbox.set(port.name, new Map());
  }

  hubCourier(port: Port): Courier {
    return {
      name: 'nats',
      reaches: () => this.reach.get(port.name) !== 'down',
      send: (frame, peer) => this.publish(port, frame, peer),
      start: async (handler, changed) => {
        port.hub = { handler, changed };
        this.time.after(this.delay(), () => this.redeliver(port));
      },
      stop: () => Promise.resolve(),
    };
  }

  parentEnd(port: Port): Courier & { prefers(peer: NodeCode): boolean } {
    const streamTo = (peer: NodeCode): Stream | undefined =>
      parentOf(peer) !== undefined && port.nodes.includes(parentOf(peer)!) ? this.openStream(port, peer, 1) : undefined;
    return {
      name: 'grpc-parent',
      reaches: (peer) => streamTo(peer) !== undefined,
      prefers: (peer) => streamTo(peer)?.childSeesHub === false,
      send: (frame, peer) => this.write(port, frame, peer, 1),
      ...this.streamLife(port),
    };
  }

  childEnd(port: Port): Courier & { sayHub(reachable: boolean): void } {
    return {
      name: 'grpc-child',
      reaches: (peer) =>
        port.nodes.some((node) => parentOf(node) === peer) && this.openStream(port, peer, 0) !== undefined,
      sayHub: (reachable) => {
        for (const [key, stream] of this.streams) if (key.startsWith(`${port.name} `)) stream.childSeesHub = reachable;
      },
      send: (frame, peer) => this.write(port, frame, peer, 0),
      ...this.streamLife(port),
    };
  }

  /** A host's sight of the hub changes; the host may learn of it late, or never. */
  setReach(name: string, reach: Reach): void {
    if (this.reach.get(name) === reach) return;
    const noticed = (this.reach.get(name) === 'down') !== (reach === 'down');
    this.reach.set(name, reach);
    if (reach !== 'up') return noticed ? this.notice(name) : undefined;
    if (noticed) this.notice(name);
    this.time.after(this.delay(), () => this.redeliver(this.ports.get(name)));
  }

  setStream(child: string, parent: string, up: boolean): void {
    const stream = this.streamOf(child, parent);
    if (stream.up === up) return;
    stream.up = up;
    this.notice(child);
    this.notice(parent);
  }

  /** The hub comes back with empty streams. */
  wipeHub(): void {
    for (const frames of this.inbox.values()) frames.clear();
  }

  heal(): void {
    this.faults = { ...noNetworkFaults };
    for (const [key, stream] of this.streams)
      if (!stream.up) this.setStream(...(key.split(' ') as [string, string]), true);
    for (const name of this.reach.keys()) this.setReach(name, 'up');
  }

  private notice(name: string): void {
    if (this.chance.happens(this.faults.unnoticed)) return;
    this.time.after(this.chance.between(0, times.lateNoticeMs), () => {
      const port = this.ports.get(name);
      if (port?.alive === true) port.hub.changed();
    });
  }

  private delay(): number {
    return this.chance.happens(this.faults.straggle)
      ? this.chance.between(times.usualDelayMs, times.longDelayMs)
      : this.chance.between(times.leastDelayMs, times.usualDelayMs);
  }

  private async publish(port: Port, frame: Frame, peer: NodeCode): Promise<void> {
    await port.step('publish');
    this.count(frame);
    const bytes = this.encoded(frame);
    if (this.reach.get(port.name) === 'down') throw new Error('the hub is not connected');
    const isStored = frame.body.case === 'envelope';
    if (this.reach.get(port.name) === 'hole') {
      if (!isStored) return;
      await this.wait(port, times.publishTimeoutMs);
      throw new Error('the hub does not answer');
    }
    const receiver = this.hostOf.get(peer)!;
    if (isStored) await this.store(port, receiver, bytes);
    else this.copies(() => this.time.after(this.delay(), () => void this.hand(receiver, bytes)));
  }

  private async store(port: Port, receiver: string, bytes: Uint8Array): Promise<void> {
    await this.wait(port, this.chance.between(times.leastDelayMs, times.usualDelayMs));
    this.copies(() => {
      const id = ++this.stored;
      this.inbox.get(receiver)!.set(id, bytes);
      this.time.after(this.delay(), () => this.deliver(receiver, id));
    });
    await this.wait(port, this.chance.between(times.leastDelayMs, times.usualDelayMs));
    if (this.chance.happens(this.faults.unheard)) throw new Error('the hub took it and was not heard');
  }

  /** One frame of the stored inbox: it stays there until its handler has ended well and the hub has heard so. */
  private deliver(name: string, id: number): void {
    const bytes = this.inbox.get(name)!.get(id);
    const port = this.ports.get(name);
    if (bytes === undefined || this.reach.get(name) !== 'up' || port?.alive !== true) return;
    if (port.hub.handler === undefined) return;
    void port.hub.handler(fromBinary(FrameSchema, bytes)).then(
      () => {
        if (this.reach.get(name) === 'up' && !this.chance.happens(this.faults.unheard))
          this.inbox.get(name)!.delete(id);
        else this.time.after(times.redeliverMs, () => this.deliver(name, id));
      },
      () => this.time.after(times.redeliverMs, () => this.deliver(name, id)),
    );
  }

  private redeliver(port: Port | undefined): void {
    if (port?.alive !== true) return;
    for (const id of this.inbox.get(port.name)!.keys())
      this.time.after(this.delay(), () => this.deliver(port.name, id));
  }

  private async hand(name: string, bytes: Uint8Array): Promise<void> {
    const port = this.ports.get(name);
    if (port?.alive !== true || this.reach.get(name) !== 'up') return;
    await port.hub.handler?.(fromBinary(FrameSchema, bytes)).catch(() => undefined);
  }

  private async write(port: Port, frame: Frame, peer: NodeCode, direction: 0 | 1): Promise<void> {
    await port.step('write');
    this.count(frame);
    const stream = this.openStream(port, peer, direction);
    if (stream === undefined) throw new Error('the stream is closed');
    const bytes = this.encoded(frame);
    const receiver = this.hostOf.get(peer)!;
    const at = Math.max(stream.notBefore[direction], this.time.now() + this.delay());
    stream.notBefore[direction] = at;
    this.copies(() =>
      this.time.after(at - this.time.now(), () => {
        const other = this.ports.get(receiver);
        if (!stream.up || other?.alive !== true) return;
        void other.streams.handler?.(fromBinary(FrameSchema, bytes)).catch(() => undefined);
      }),
    );
  }

  /** None, one or two of it get through. */
  private copies(give: () => void): void {
    if (this.chance.happens(this.faults.drop)) return;
    give();
    if (this.chance.happens(this.faults.double)) give();
  }

  private encoded(frame: Frame): Uint8Array {
    const bytes = toBinary(FrameSchema, frame);
    if (frame.body.case !== 'envelope' || !this.chance.happens(this.faults.corrupt)) return bytes;
    const value = { ...frame.body.value, body: Uint8Array.from(frame.body.value.body) };
    value.body[this.chance.between(0, value.body.length - 1)]! ^= 1 << this.chance.between(0, 7);
    return toBinary(FrameSchema, { ...frame, body: { case: 'envelope', value } });
  }

  private count(frame: Frame): void {
    this.frames++;
    if (frame.body.case !== 'envelope') return;
    const key = `${frame.body.value.sender} ${frame.body.value.receiver}`;
    this.sent.set(key, (this.sent.get(key) ?? 0) + 1);
  }

  private async wait(port: Port, ms: number): Promise<void> {
    await this.time.wait(ms);
    await port.step('waited');
  }

  private streamLife(port: Port): Pick<Courier, 'start' | 'stop'> {
    return {
      start: async (handler, changed) => {
        port.streams = { handler, changed };
      },
      stop: () => Promise.resolve(),
    };
  }

  private streamOf(child: string, parent: string): Stream {
    const key = `${child} ${parent}`;
    let stream = this.streams.get(key);
    if (stream === undefined) this.streams.set(key, (stream = { up: true, childSeesHub: true, notBefore: [0, 0] }));
    return stream;
  }

  private openStream(port: Port, peer: NodeCode, direction: 0 | 1): Stream | undefined {
    const other = this.hostOf.get(peer);
    if (other === undefined || this.ports.get(other)?.alive !== true) return undefined;
    const stream = direction === 0 ? this.streamOf(port.name, other) : this.streamOf(other, port.name);
    return stream.up ? stream : undefined;
  }
}
