import { create, type MessageShape } from '@bufbuild/protobuf';
import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ClientDuplexStream,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { FederationService, FrameSchema, HelloSchema, type Frame } from '@tongban/contract';
import { isNodeCode, parentOf, type NodeCode, type Refusal } from '@tongban/kernel';
import { statusOf } from './blob-status.js';
import type { Courier, FrameHandler } from './courier.js';
import { grpcDefinition } from './grpc-service.js';
import type { PeerGuard } from './peer-guard.js';
import { checkSpeaker, type Peer } from './peer.js';

export const federationDefinition = grpcDefinition(FederationService);

export const grpcLimits = {
  maxMessageBytes: 16 * 1024 * 1024,
  keepaliveTimeMs: 10_000,
  keepaliveTimeoutMs: 5_000,
  firstRedialDelayMs: 500,
  maxRedialDelayMs: 15_000,
  /** Frames written and not yet taken by the other side's flow control. */
  maxUnwrittenFrames: 64,
  /** After this a frame counts as not handed over; the relay sends it again, and twice does no harm. */
  writeTimeoutMs: 10_000,
  shutdownMs: 3_000,
} as const;

export const grpcChannelOptions = {
  'grpc.max_receive_message_length': grpcLimits.maxMessageBytes,
  'grpc.max_send_message_length': grpcLimits.maxMessageBytes,
  'grpc.keepalive_time_ms': grpcLimits.keepaliveTimeMs,
  'grpc.keepalive_timeout_ms': grpcLimits.keepaliveTimeoutMs,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.enable_retries': 0,
} as const;

/** Said in the handshake instead of an address. */
const parentName = 'parent.tongban';

type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;

/** The two ends of an Exchange stream, as far as writing goes. */
export interface FrameStream {
  write(frame: Frame, done: (error?: Error | null) => void): boolean;
  readonly destroyed: boolean;
}

/** True when a frame may come from this peer; a hello is judged node by node by who takes it. */
function maySpeak(guard: PeerGuard, peer: Peer, frame: Frame, from: 'child' | 'parent'): boolean {
  const { body } = frame;
  if (body.case === undefined || body.case === 'hello') return true;
  const spoken = checkSpeaker(peer, body.value, from);
  if (!spoken.ok) guard.record(peer, 'exchange', spoken.refusal);
  return spoken.ok;
}

/** Frames in the order they came: order within a link matters, and a stream has no other. */
function takeFrames(
  stream: { on(event: 'data', listener: (frame: Frame) => void): unknown; pause(): unknown; resume(): unknown },
  handler: FrameHandler,
  log: Log,
): void {
  let waiting = 0;
  stream.on('data', (frame) => {
    waiting++;
    if (waiting >= grpcLimits.maxUnwrittenFrames) stream.pause();
    // A frame that fails is not lost: without a receipt its sender rewinds.
    void handler(frame)
      .catch((error: unknown) => log('warn', 'a frame was not taken', { reason: String(error) }))
      .finally(() => {
        waiting--;
        if (waiting < grpcLimits.maxUnwrittenFrames / 2) stream.resume();
      });
  });
}

/** Bounded: a stream that is reset while flow control holds a frame back never says what became of it. */
export const writeFrame = (
  stream: FrameStream,
  frame: Frame,
  timeoutMs: number = grpcLimits.writeTimeoutMs,
): Promise<void> =>
  new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(new Error('the stream is closed'));
    const timer = setTimeout(() => reject(new Error('the stream did not take a frame in time')), timeoutMs);
    stream.write(frame, (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    });
  });

/** The parent's end: children dial in and say which nodes they serve and whether they see the hub. */
export class GrpcParentCourier implements Courier {
  readonly name = 'grpc-parent';
  private readonly streams = new Map<NodeCode, { stream: FrameStream; hubReachable: boolean }>();
  private readonly server: Server;
  private handler: FrameHandler | undefined;
  private changed: () => void = () => undefined;

  constructor(
    private readonly listen: string,
    private readonly hosted: ReadonlySet<NodeCode>,
    private readonly blobs: UntypedServiceImplementation,
    private readonly log: Log,
    /** Who may dial in and speak as whom; anybody without it, for tests. */
    private readonly guard?: PeerGuard,
  ) {
    this.server = new Server(grpcChannelOptions);
  }

  reaches(peer: NodeCode): boolean {
    return this.streams.has(peer);
  }

  /** True when the child has said that it cannot see the hub: what is put there would wait. */
  prefers(peer: NodeCode): boolean {
    return this.streams.get(peer)?.hubReachable === false;
  }

  async send(frame: Frame, peer: NodeCode): Promise<void> {
    const child = this.streams.get(peer);
    if (child === undefined) throw new Error(`no stream to ${peer}`);
    await writeFrame(child.stream, frame);
  }

  async start(handler: FrameHandler, changed: () => void): Promise<void> {
    this.handler = handler;
    this.changed = changed;
    this.server.addService(federationDefinition, {
      ...(this.guard?.guarded(this.blobs, this.hosted) ?? this.blobs),
      exchange: (stream: ServerDuplexStream<Frame, Frame>) => this.serve(stream),
    });
    await new Promise<void>((resolve, reject) => {
      const credentials = this.guard?.serverCredentials() ?? ServerCredentials.createInsecure();
      this.server.bindAsync(this.listen, credentials, (error) =>
        error === null ? resolve() : reject(new Error(`gRPC cannot listen on ${this.listen}: ${error.message}`)),
      );
    });
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => this.server.forceShutdown(), grpcLimits.shutdownMs);
    for (const { stream } of new Set(this.streams.values()))
      (stream as unknown as ServerDuplexStream<Frame, Frame>).end();
    await new Promise<void>((resolve) => {
      this.server.tryShutdown(() => resolve());
    });
    clearTimeout(timer);
  }

  private serve(stream: ServerDuplexStream<Frame, Frame>): void {
    const caller = this.guard?.caller(stream);
    if (caller?.ok === false) return this.refuse(stream, undefined, caller.refusal);
    const peer = caller?.value;
    takeFrames(
      stream,
      async (frame) => {
        const admitted = peer && this.guard?.admit(peer);
        if (admitted?.ok === false) return this.refuse(stream, peer, admitted.refusal);
        if (frame.body.case === 'hello') return this.greet(stream, frame.body.value, peer);
        if (peer === undefined || maySpeak(this.guard!, peer, frame, 'child')) await this.handler!(frame);
      },
      this.log,
    );
    const forget = (): void => {
      for (const [node, child] of this.streams) if (child.stream === stream) this.streams.delete(node);
      this.changed();
    };
    stream.on('end', () => stream.end());
    stream.on('close', forget);
    stream.on('cancelled', forget);
    stream.on('error', forget);
  }

  private greet(
    stream: ServerDuplexStream<Frame, Frame>,
    { nodes, hubReachable }: MessageShape<typeof HelloSchema>,
    peer: Peer | undefined,
  ): void {
    for (const node of nodes) {
      if (!isNodeCode(node) || !this.hosted.has(parentOf(node) ?? node)) continue;
      if (peer === undefined || peer.covers(node)) this.streams.set(node, { stream, hubReachable });
      else this.guard!.record(peer, 'hello', { code: 'link.certificate', detail: `not named in it: ${node}` });
    }
    this.changed();
  }

  private refuse(stream: ServerDuplexStream<Frame, Frame>, peer: Peer | undefined, refusal: Refusal): void {
    this.guard!.record(peer, 'exchange', refusal);
    stream.emit('error', statusOf(refusal));
  }
}

/** The child's end: one stream to the parent host, dialled for ever. */
export class GrpcChildCourier implements Courier {
  readonly name = 'grpc-child';
  readonly client: Client;
  private stream: ClientDuplexStream<Frame, Frame> | undefined;
  private ready = false;
  private stopping = false;
  private redialDelayMs: number = grpcLimits.firstRedialDelayMs;
  private timer: NodeJS.Timeout | undefined;
  private handler: FrameHandler | undefined;
  private changed: () => void = () => undefined;
  private hubReachable = false;

  constructor(
    address: string,
    private readonly nodes: readonly NodeCode[],
    private readonly log: Log,
    /** Whom to take for the parent; anybody without it, for tests. */
    private readonly guard?: PeerGuard,
  ) {
    const parents = new Set(nodes.flatMap((node) => parentOf(node) ?? []));
    const secure = guard?.channelCredentials([...parents]);
    // An address is no name: what counts is whose nodes the certificate names.
    const named = secure === undefined ? {} : { 'grpc.ssl_target_name_override': parentName };
    this.client = new Client(address, secure ?? credentials.createInsecure(), { ...grpcChannelOptions, ...named });
  }

  reaches(peer: NodeCode): boolean {
    return this.ready && this.nodes.some((node) => parentOf(node) === peer);
  }

  async send(frame: Frame): Promise<void> {
    if (this.stream === undefined || !this.ready) throw new Error('no stream to the parent');
    await writeFrame(this.stream, frame);
  }

  /** Tells the parent which way this host can be reached. */
  sayHub(reachable: boolean): void {
    this.hubReachable = reachable;
    if (this.ready) void this.hello().catch(() => undefined);
  }

  async start(handler: FrameHandler, changed: () => void): Promise<void> {
    this.handler = handler;
    this.changed = changed;
    this.dial();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    this.stream?.cancel();
    this.client.close();
  }

  private dial(): void {
    if (this.stopping) return;
    const deadline = Date.now() + grpcLimits.maxRedialDelayMs;
    this.client.waitForReady(deadline, (error) => {
      if (this.stopping) return;
      if (error) return this.redial();
      this.open();
    });
  }

  private open(): void {
    const { path, requestSerialize, responseDeserialize } = federationDefinition['exchange']!;
    const stream = this.client.makeBidiStreamRequest<Frame, Frame>(path, requestSerialize, responseDeserialize);
    this.stream = stream;
    takeFrames(
      stream,
      async (frame) => {
        if (this.isFromParent(stream, frame)) await this.handler!(frame);
      },
      this.log,
    );
    const closed = (): void => {
      if (this.stream !== stream) return;
      this.stream = undefined;
      if (this.ready) this.log('warn', 'the parent host is out of reach');
      this.ready = false;
      this.changed();
      this.redial();
    };
    stream.on('error', closed);
    stream.on('end', closed);
    stream.on('close', closed);
    this.hello()
      .then(() => {
        this.ready = true;
        this.redialDelayMs = grpcLimits.firstRedialDelayMs;
        this.log('info', 'the parent host is connected');
        this.changed();
      })
      .catch(closed);
  }

  private isFromParent(stream: ClientDuplexStream<Frame, Frame>, frame: Frame): boolean {
    if (this.guard === undefined) return true;
    const caller = this.guard.caller(stream);
    const admitted = caller.ok ? this.guard.admit(caller.value) : caller;
    if (caller.ok && admitted.ok) return maySpeak(this.guard, caller.value, frame, 'parent');
    if (!admitted.ok) this.guard.record(undefined, 'exchange', admitted.refusal);
    stream.cancel();
    return false;
  }

  private async hello(): Promise<void> {
    const value = create(HelloSchema, { nodes: [...this.nodes], hubReachable: this.hubReachable });
    await writeFrame(this.stream!, create(FrameSchema, { body: { case: 'hello', value } }));
  }

  private redial(): void {
    if (this.stopping) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.dial(), this.redialDelayMs);
    this.redialDelayMs = Math.min(this.redialDelayMs * 2, grpcLimits.maxRedialDelayMs);
  }
}
