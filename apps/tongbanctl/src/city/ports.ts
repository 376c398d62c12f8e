import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { poll } from '../progress.js';

export const loopback = '127.0.0.1';

/** Where things listen unless somebody else does already. */
export const usualPorts = {
  identityHttp: 18_080,
  sandboxHttp: 18_090,
  sandboxGrpc: 18_091,
  gatewayHttp: 18_100,
  cityHttp: 18_101,
  districtHttp: 18_102,
  townshipHttp: 18_103,
  villageHttp: 18_104,
  gatewayGrpc: 18_200,
  cityGrpc: 18_201,
  districtGrpc: 18_202,
  townshipGrpc: 18_203,
  cityGrpcProxy: 18_211,
  natsProxy: 18_212,
  nats: 18_222,
  natsMonitor: 18_223,
  postgres: 18_232,
} as const;
export type PortName = keyof typeof usualPorts;
export type Ports = Readonly<Record<PortName, number>>;

/**
 * Where a port is looked for when the usual one is taken: above the usual ones and below those that the system gives to
 * connections (32,768 and up on Linux), of which anybody may have one by the time the server starts.
 */
const otherPorts = { from: 20_000, to: 32_000 } as const;
const mostTries = 200;

/** Binds for a moment. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });
}

/** A free port that is none of `taken`. */
export async function otherPort(taken: ReadonlySet<number>): Promise<number> {
  for (let turn = 0; turn < mostTries; turn++) {
    const port = randomInt(otherPorts.from, otherPorts.to);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port on ${loopback} between ${otherPorts.from} and ${otherPorts.to}`);
}

/**
 * The usual port of each name, or a free one that is told to `moved`.
 * @param settled names that need none: their server remembers its own
 */
export async function choosePorts(
  settled: readonly PortName[],
  moved: (name: PortName, from: number, to: number) => void,
): Promise<Ports> {
  const chosen: Record<PortName, number> = { ...usualPorts };
  for (const name of Object.keys(usualPorts) as PortName[]) {
    if (settled.includes(name)) continue;
    const usual = usualPorts[name];
    const port = (await isFree(usual)) ? usual : await otherPort(new Set(Object.values(chosen)));
    if (port !== usual) moved(name, usual, port);
    chosen[name] = port;
  }
  return chosen;
}

const startLockPort = 18_299;
const startLockWaitMs = 90_000;
const startLockPollMs = 200;

/**
 * Only one launcher of a machine chooses ports and brings its processes up at a time: two at once would take the same
 * free port, and one would find the other's process ready. The lock is a listening socket, so it dies with its holder.
 * @returns releases the lock; undefined when somebody held it for longer than a start may take
 */
export async function takeStartLock(signal: AbortSignal): Promise<(() => void) | undefined> {
  const server = await poll(() => listenOn(startLockPort), {
    timeoutMs: startLockWaitMs,
    intervalMs: startLockPollMs,
    signal,
  });
  return server === undefined ? undefined : () => server.close();
}

const listenOn = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, loopback, () => resolve(server));
  });
