import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startNats, startPostgres, tcpProxy, type Nats, type Postgres, type TcpProxy } from '@tongban/platform/local';
import type { NodeCode } from '@tongban/kernel';
import { hubAccess, type HubAccess } from '@tongban/platform/pki';
import { pkiFiles } from '../pki/files.js';
import { hubIdentity } from '../pki/hosts.js';
import type { Progress } from '../progress.js';
import type { Prepared } from './environment.js';
import { KeptServer } from './kept-server.js';
import type { Layout } from './layout.js';
import type { HostName } from './plan.js';
import type { PortName, Ports } from './ports.js';
import { provideStreams } from './streams.js';

const maxConnections = 200;
/** The server's own two are short for a machine on which a city is starting. */
const handshakeSeconds = 10;

/** The hub's certificate and whom it trusts, read again by a running server on SIGHUP. */
function securityOfHub(layout: Layout): string {
  const certificate = JSON.stringify(pkiFiles(layout).certificate(hubIdentity.name));
  return `tls { cert_file: ${certificate}, key_file: ${certificate}, timeout: ${handshakeSeconds} }\ninclude trust.conf`;
}

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
    configExtra: securityOfHub(layout),
    log: (line) => progress.note(line),
  });

/** The hub's administrator, as whom streams and consumers are made. */
export function administratorAccess(layout: Layout): HubAccess {
  const files = pkiFiles(layout);
  return hubAccess(files.administratorCredentials, { authority: files.authorityCertificate });
}

/** Whom a kept server tells of its fate. */
export interface Keeping {
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly tell: (text: string) => void;
  readonly changed: () => void;
}

/** The same data under the same port: those who use it know no other. */
export const keepDatabaseServer = (postgres: Postgres, { prepared, layout, ...told }: Keeping) =>
  new KeptServer<Postgres>(postgres, {
    ...told,
    name: 'PostgreSQL',
    logFile: join(layout.postgres, 'postgres.log'),
    startAgain: ({ port }) =>
      startPostgres({
        directory: layout.postgres,
        binDirectory: prepared.postgresBinaries,
        port,
        maxConnections,
      }),
  });

/** The same store under the same ports; streams and consumers that its store has lost are made again. */
export const keepHub = (
  nats: Nats,
  { prepared, layout, ...told }: Keeping,
  hosts: readonly HostName[],
  city: NodeCode,
) =>
  new KeptServer<Nats>(nats, {
    ...told,
    name: 'nats-server',
    logFile: join(layout.nats, 'nats.log'),
    startAgain: async ({ port, monitorPort }) => {
      const again = await startNats({
        directory: layout.nats,
        binary: prepared.natsServer,
        port,
        monitorPort,
        configExtra: securityOfHub(layout),
      });
      await provideStreams(again.url, hosts, city, administratorAccess(layout));
      return again;
    },
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
