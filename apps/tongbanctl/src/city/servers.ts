import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startNats, startPostgres, tcpProxy, type Nats, type Postgres, type TcpProxy } from '@tongban/platform/local';
import type { Progress } from '../progress.js';
import type { Prepared } from './environment.js';
import type { Layout } from './layout.js';
import type { PortName, Ports } from './ports.js';

const maxConnections = 200;

const remembers = (directory: string): boolean => existsSync(join(directory, 'port'));

/** The port of last time is remembered in the folder; the usual one is for the first start. */
const wishedPort = (directory: string, usual: number): number => (remembers(directory) ? 0 : usual);

/** Names of the ports that the servers have chosen at an earlier start. */
export const settledPorts = (layout: Layout): PortName[] => [
  ...(remembers(layout.postgres) ? (['postgres'] as const) : []),
  ...(remembers(layout.nats) ? (['nats', 'natsMonitor'] as const) : []),
];

export const startDatabaseServer = (prepared: Prepared, layout: Layout, ports: Ports, progress: Progress) =>
  startPostgres({
    directory: layout.postgres,
    binDirectory: prepared.postgresBinaries,
    port: wishedPort(layout.postgres, ports.postgres),
    maxConnections,
    log: (line) => progress.note(line),
  });

export const startHub = (prepared: Prepared, layout: Layout, ports: Ports, progress: Progress): Promise<Nats> =>
  startNats({
    directory: layout.nats,
    binary: prepared.natsServer,
    port: wishedPort(layout.nats, ports.nats),
    monitorPort: wishedPort(layout.nats, ports.natsMonitor),
    log: (line) => progress.note(line),
  });

/** The link between the city and what lies below it: its hub and its gRPC, cut and healed together. */
export interface CityLink {
  cut(): Promise<void>;
  heal(): Promise<void>;
  stop(): Promise<void>;
}

export async function openCityLink(natsPort: number, ports: Ports): Promise<CityLink> {
  const proxies: TcpProxy[] = [];
  const all = async (act: (proxy: TcpProxy) => Promise<void>): Promise<void> => {
    for (const proxy of proxies) await act(proxy);
  };
  proxies.push(await tcpProxy({ target: { port: natsPort }, port: ports.natsProxy }));
  proxies.push(await tcpProxy({ target: { port: ports.cityGrpc }, port: ports.cityGrpcProxy }));
  return {
    cut: () => all((proxy) => proxy.cut('refuse')),
    heal: () => all((proxy) => proxy.heal()),
    stop: () => all((proxy) => proxy.stop()),
  };
}

export type { Nats, Postgres };
