import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const loopback = '127.0.0.1';
const maxConnections = 1_000;
/** What one direction of a connection may hold back before its sender is made to wait. */
const maxHeldBytes = 256 * 1024;

/**
 * What a line does to its connections.
 *
 * - `reset`: open ones are reset, new ones as well, as when nobody listens.
 * - `blackhole`: nothing passes, nothing is closed; the ends learn of it by their own time-outs.
 * - `halfOpen`: the far ends of open connections are gone without a word to the near ones; new connections work.
 * - `delay`: everything comes later by so many milliseconds, in order.
 * - `bandwidth`: so many bytes a second in each direction of each connection.
 */
export type Line =
  | { readonly kind: 'whole' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'halfOpen' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number };

const whole: Line = { kind: 'whole' };

/** One direction of a connection: bytes go on in order, late or slowly. */
class Lane {
  private readonly waiting: { readonly bytes: Buffer; readonly at: number }[] = [];
  private heldBytes = 0;
  private freeAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private line: Line,
  ) {
    from.on('data', (bytes: Buffer) => this.take(bytes));
    to.on('drain', () => this.resumeIfFree());
  }

  change(line: Line): void {
    this.line = line;
    this.move();
  }

  /** Nothing of what is held or still comes goes on. */
  close(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
    this.from.removeAllListeners('data');
    this.from.resume();
  }

  private take(bytes: Buffer): void {
    const { line } = this;
    const delayMs = line.kind === 'delay' ? line.delayMs : 0;
    const spentMs = line.kind === 'bandwidth' ? (bytes.length * 1_000) / line.bytesPerSecond : 0;
    this.freeAt = Math.max(performance.now() + delayMs, this.freeAt) + spentMs;
    this.waiting.push({ bytes, at: this.freeAt });
    this.heldBytes += bytes.length;
    this.move();
  }

  private move(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    for (let head = this.waiting[0]; head !== undefined && !this.isFrozen; head = this.waiting[0]) {
      if (head.at > now) {
        this.timer = setTimeout(() => this.move(), head.at - now);
        break;
      }
      this.waiting.shift();
      this.heldBytes -= head.bytes.length;
      if (!this.to.destroyed) this.to.write(head.bytes);
    }
    this.resumeIfFree();
  }

  private get isFrozen(): boolean {
    return this.line.kind === 'blackhole';
  }

  private resumeIfFree(): void {
    if (this.isFrozen || this.heldBytes > maxHeldBytes || this.to.writableNeedDrain) this.from.pause();
    else this.from.resume();
  }
}

class Passage {
  private lanes: Lane[] = [];
  private far: Socket | undefined;
  /** The far end is gone and the near one was not told. */
  private severed = false;
  private ended = false;

  constructor(
    readonly near: Socket,
    private readonly port: number,
    private line: Line,
    private readonly gone: (passage: Passage) => void,
  ) {
    near.setNoDelay(true);
    near.on('error', () => undefined); // 'close' follows
    near.on('close', () => this.nearClosed());
    if (line.kind !== 'blackhole') this.open();
  }

  change(line: Line): void {
    this.line = line;
    if (line.kind === 'halfOpen') {
      this.sever();
      return;
    }
    if (line.kind === 'whole' && (this.severed || this.ended)) {
      this.destroy();
      return;
    }
    if (this.far === undefined && line.kind !== 'blackhole') this.open();
    for (const lane of this.lanes) lane.change(line);
  }

  destroy(): void {
    this.near.resetAndDestroy();
    this.far?.resetAndDestroy();
    this.gone(this);
  }

  private open(): void {
    const far = connect({ host: loopback, port: this.port });
    this.far = far;
    far.setNoDelay(true);
    far.on('error', () => undefined); // 'close' follows
    far.on('close', () => {
      if (this.severed) return;
      if (this.line.kind === 'blackhole') this.ended = true;
      else this.destroy();
    });
    this.lanes = [new Lane(this.near, far, this.line), new Lane(far, this.near, this.line)];
  }

  private nearClosed(): void {
    if (this.line.kind === 'blackhole') this.ended = true;
    else this.destroy();
  }

  private sever(): void {
    this.severed = true;
    this.far?.resetAndDestroy();
    for (const lane of this.lanes) lane.close();
  }
}

/** A TCP proxy on 127.0.0.1 with a line that can be spoiled. Its port stays the same, whatever happens behind it. */
export class Proxy {
  private line: Line = whole;
  private readonly passages = new Set<Passage>();

  private constructor(
    private readonly server: Server,
    /** Where to connect; the target is behind it. */
    readonly port: number,
  ) {}

  /** @param targetPort of a server on the same machine that may come and go */
  static async open(targetPort: number): Promise<Proxy> {
    const server = createServer();
    server.maxConnections = maxConnections;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, loopback, resolve);
    });
    const proxy = new Proxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => proxy.accept(near, targetPort));
    return proxy;
  }

  get connections(): number {
    return this.passages.size;
  }

  spoil(line: Line): void {
    this.line = line;
    for (const passage of [...this.passages]) {
      if (line.kind === 'reset') passage.destroy();
      else passage.change(line);
    }
  }

  heal(): void {
    this.spoil(whole);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const passage of [...this.passages]) passage.destroy();
    await closed;
  }

  private accept(near: Socket, targetPort: number): void {
    if (this.line.kind === 'reset') {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const line = this.line.kind === 'halfOpen' ? whole : this.line;
    this.passages.add(new Passage(near, targetPort, line, (gone) => this.passages.delete(gone)));
  }
}
