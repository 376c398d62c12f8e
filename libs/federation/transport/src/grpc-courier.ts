import { create } from '@bufbuild/protobuf';
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
import { isNodeCode, parentOf, type NodeCode } from '@tongban/kernel';
import type { Courier, FrameHandler } from './courier.js';
import { grpcDefinition } from './grpc-service.js';

export const federationDefinition = grpcDefinition(FederationService);

export const grpcLimits = {
  maxMessageBytes: 16 * 1024 * 1024,
  keepaliveTimeMs: 10_000,
  keepaliveTimeoutMs: 5_000,
  firstRedialDelayMs: 500,
  maxRedialDelayMs: 15_000,
  /** Frames written and not yet taken by the other side's flow control. */
  maxUnwrittenFrames: 64,
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

type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;

/** The two ends of an Exchange stream, as far as writing goes. */
interface FrameStream {
  write(frame: Frame, done: (error?: Error | null) => void): boolean;
  readonly destroyed: boolean;
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

const write = (stream: FrameStream, frame: Frame): Promise<void> =>
  new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(new Error('the stream is closed'));
    stream.write(frame, (error) => (error ? reject(error) : resolve()));
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
    await write(child.stream, frame);
  }

  async start(handler: FrameHandler, changed: () => void): Promise<void> {
    this.handler = handler;
    this.changed = changed;
    this.server.addService(federationDefinition, {
      ...this.blobs,
      exchange: (stream: ServerDuplexStream<Frame, Frame>) => this.serve(stream),
    });
    await new Promise<void>((resolve, reject) => {
      this.server.bindAsync(this.listen, ServerCredentials.createInsecure(), (error) =>
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
    const mine: FrameStream = stream;
    takeFrames(
      stream,
      async (frame) => {
        if (frame.body.case !== 'hello') return this.handler!(frame);
        for (const node of frame.body.value.nodes) {
          if (isNodeCode(node) && this.hosted.has(parentOf(node) ?? node)) {
            this.streams.set(node, { stream: mine, hubReachable: frame.body.value.hubReachable });
          }
        }
        this.changed();
      },
      this.log,
    );
    const forget = (): void => {
      for (const [node, child] of this.streams) if (child.stream === mine) this.streams.delete(node);
      this.changed();
    };
    stream.on('end', () => stream.end());
    stream.on('close', forget);
    stream.on('cancelled', forget);
    stream.on('error', forget);
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
  ) {
    this.client = new Client(address, credentials.createInsecure(), grpcChannelOptions);
  }

  reaches(peer: NodeCode): boolean {
    return this.ready && this.nodes.some((node) => parentOf(node) === peer);
  }

  async send(frame: Frame): Promise<void> {
    if (this.stream === undefined || !this.ready) throw new Error('no stream to the parent');
    await write(this.stream, frame);
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
    takeFrames(stream, (frame) => this.handler!(frame), this.log);
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

  private async hello(): Promise<void> {
    const value = create(HelloSchema, { nodes: [...this.nodes], hubReachable: this.hubReachable });
    await write(this.stream!, create(FrameSchema, { body: { case: 'hello', value } }));
  }

  private redial(): void {
    if (this.stopping) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.dial(), this.redialDelayMs);
    this.redialDelayMs = Math.min(this.redialDelayMs * 2, grpcLimits.maxRedialDelayMs);
  }
}
