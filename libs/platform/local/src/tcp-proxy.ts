import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { loopback } from './ports.js';

const maxConnections = 1_000;

export interface TcpProxyOptions {
  readonly target: { readonly host?: string; readonly port: number };
  /** 0 or absent: any free port. */
  readonly port?: number;
}

/**
 * How a link is cut. `refuse`: connections are reset and new ones are reset at once, as when a process is gone; the port
 * stays taken, or another program could have it before the healing. `blackhole`: connections stay open and nothing
 * passes, as when a line is dead; the ends learn of it by their own time-outs only.
 */
export type Cut = 'refuse' | 'blackhole';

export interface TcpProxy {
  readonly port: number;
  readonly connections: number;
  cut(mode: Cut): Promise<void>;
  /** Lets everything pass again: frozen connections go on where they were, ones that an end gave up are closed. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

/** One connection through the proxy; `far` is opened when the link is whole. */
class Passage {
  #far: Socket | undefined;
  #frozen = true;
  #broken = false;

  constructor(
    private readonly near: Socket,
    private readonly target: { host: string; port: number },
    private readonly gone: (passage: Passage) => void,
  ) {
    near.pause();
    this.#watch(near);
  }

  thaw(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    if (this.#broken) return this.destroy();
    if (this.#far === undefined) {
      this.#far = connect(this.target);
      this.#watch(this.#far);
    }
    this.near.pipe(this.#far);
    this.#far.pipe(this.near);
  }

  freeze(): void {
    this.#frozen = true;
    this.near.unpipe().pause();
    this.#far?.unpipe().pause();
  }

  destroy(): void {
    this.near.destroy();
    this.#far?.destroy();
    this.gone(this);
  }

  /** The end of one side ends the other, but not through a dead line. */
  #watch(side: Socket): void {
    side.setNoDelay(true);
    side.on('error', () => undefined); // 'close' follows
    side.on('close', () => {
      if (this.#frozen) this.#broken = true;
      else this.destroy();
    });
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** A TCP proxy on 127.0.0.1 whose link can be cut and healed, to show what a neighbour's absence does. */
export async function tcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const target = { host: options.target.host ?? loopback, port: options.target.port };
  const passages = new Set<Passage>();
  let state: Cut | 'whole' = 'whole';
  const server = createServer((near) => {
    if (state === 'refuse') {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const passage = new Passage(near, target, (gone) => passages.delete(gone));
    passages.add(passage);
    if (state === 'whole') passage.thaw();
  });
  server.maxConnections = maxConnections;
  const port = await listen(server, options.port ?? 0);
  const destroyAll = (): void => {
    for (const passage of passages) passage.destroy();
  };
  return {
    port,
    get connections() {
      return passages.size;
    },
    async cut(mode) {
      state = mode;
      if (mode === 'refuse') destroyAll();
      else for (const passage of passages) passage.freeze();
    },
    async heal() {
      state = 'whole';
      for (const passage of passages) passage.thaw();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve()); // an error here: it was stopped already
        destroyAll();
      }),
  };
}
