import { loopback } from './ports.js';

/** An envelope carries many entries; the relay keeps it well below this. The server's own default is 1 MiB. */
const maxPayloadBytes = 8 * 1024 * 1024;
const memoryStoreBytes = 256 * 1024 * 1024;
const fileStoreBytes = 8 * 1024 * 1024 * 1024;
/** A stream of a district has a consumer for every village below it; 2.15's own default is 1,000. */
const maxConsumersPerStream = 20_000;
/** The server that knows the setting; an older one refuses it as unknown. */
const firstWithMaxConsumers = [2, 15] as const;

export interface NatsSettings {
  readonly port: number;
  readonly monitorPort: number;
  readonly storeDirectory: string;
  readonly pidFile: string;
  /** `major.minor.patch` of the server. */
  readonly version: string;
  /** Further lines in the server's own format. */
  readonly extra?: string | undefined;
}

const hasMaxConsumers = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [fromMajor, fromMinor] = firstWithMaxConsumers;
  return major > fromMajor || (major === fromMajor && minor >= fromMinor);
};

/**
 * The configuration file of a single JetStream server on the loopback address. `sync_interval: always`: a publish is
 * confirmed when it is on disk; the server's default confirms two minutes earlier.
 */
export function natsConfig(settings: NatsSettings): string {
  const lines = [
    `server_name: tongban-local`,
    `listen: "${loopback}:${settings.port}"`,
    `http: "${loopback}:${settings.monitorPort}"`,
    `max_payload: ${maxPayloadBytes}`,
    `pid_file: ${JSON.stringify(settings.pidFile)}`,
    `jetstream {`,
    `  store_dir: ${JSON.stringify(settings.storeDirectory)}`,
    `  sync_interval: always`,
    `  max_memory_store: ${memoryStoreBytes}`,
    `  max_file_store: ${fileStoreBytes}`,
    ...(hasMaxConsumers(settings.version) ? [`  limits { default_max_consumers: ${maxConsumersPerStream} }`] : []),
    `}`,
  ];
  if (settings.extra !== undefined) lines.push(settings.extra);
  return `${lines.join('\n')}\n`;
}
