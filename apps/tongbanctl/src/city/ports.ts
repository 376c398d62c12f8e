import { createServer, type AddressInfo } from 'node:net';

export const loopback = '127.0.0.1';

/** Where things listen unless somebody else does already. */
export const usualPorts = {
  identityHttp: 18_080,
  sandboxHttp: 18_090,
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

/** Binds for a moment; the port, or undefined when somebody holds it. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, loopback, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
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
    const port = (await tryPort(usual)) ?? (await tryPort(0));
    if (port === undefined) throw new Error(`no free port on ${loopback} for ${name}`);
    if (port !== usual) moved(name, usual, port);
    chosen[name] = port;
  }
  return chosen;
}
