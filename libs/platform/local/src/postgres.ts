import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeIdentifier } from 'pg';
import { choosePort, loopback } from './ports.js';
import { openCluster, type Cluster } from './postgres-cluster.js';
import { answersFor, findPostmaster, postgresStopSteps, superuser, urlOf, withClient } from './postmaster.js';
import { isAlive, logSince, logSize, startServer, stopProcess, waitUntil } from './processes.js';

const startTimeoutMs = 30_000;
/** A port can be taken between its choice and its use. */
const startAttempts = 3;
const alreadyThere = ['42P04', '23505']; // duplicate_database; the same, lost in a race (PostgreSQL, appendix A)

export interface PostgresOptions {
  /** State folder: the data (unless its user cannot enter), `password`, `port`, `postgres.log`. */
  readonly directory: string;
  /** Holds `initdb` and `postgres`. */
  readonly binDirectory: string;
  /** 0 or absent: the port of last time when it is free, else any. */
  readonly port?: number;
  readonly maxConnections?: number;
  readonly walLevel?: 'replica' | 'logical';
  /** False: a crash of the machine may lose the data. For throw-away servers. */
  readonly durable?: boolean;
  readonly log?: (line: string) => void;
}

export interface Postgres {
  readonly port: number;
  readonly pid: number;
  readonly dataDirectory: string;
  /** True when it was running already. */
  readonly adopted: boolean;
  urlOf(database: string): string;
  /** Makes the database when it is missing; its URL. */
  createDatabase(name: string): Promise<string>;
  /** Fast shutdown: sessions are ended, everything committed is kept. */
  stop(): Promise<void>;
}

/** Settings are on the command line, so that the files of the cluster stay as initdb made them. */
function settingsOf(options: PostgresOptions, port: number): string[] {
  const durable = options.durable ?? true;
  const settings: Record<string, string | number> = {
    listen_addresses: loopback,
    port,
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 200,
    shared_buffers: '128MB',
    wal_level: options.walLevel ?? 'replica',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts one server and waits until it answers; undefined when its port was taken from under it. */
async function launch(cluster: Cluster, options: PostgresOptions, port: number): Promise<number | undefined> {
  const { dataDirectory, binDirectory, runAs, password } = cluster;
  const logFile = join(options.directory, 'postgres.log');
  const before = logSize(logFile);
  const args = ['-D', dataDirectory, ...settingsOf(options, port)];
  const child = startServer(join(binDirectory, 'postgres'), args, { cwd: dataDirectory, logFile, runAs });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${join(binDirectory, 'postgres')} cannot be started`);
  let answers = false;
  await waitUntil(async () => {
    answers = await answersFor(dataDirectory, port, password);
    return answers || !isAlive(pid);
  }, startTimeoutMs);
  if (answers) return pid;
  await stopProcess(pid, postgresStopSteps);
  const said = logSince(logFile, before);
  if (/could not bind|could not create any TCP/.test(said)) return undefined;
  throw new Error(`PostgreSQL did not start in ${dataDirectory}; its log ends with:\n${said}`);
}

async function createDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 1) return;
    await client.query(`create database ${escapeIdentifier(name)}`).catch((error: { code?: string }) => {
      if (!alreadyThere.includes(error.code ?? '')) throw error;
    });
  });
}

function handleOf(cluster: Cluster, pid: number, port: number, adopted: boolean): Postgres {
  const url = (database: string): string => urlOf(port, cluster.password, database);
  return {
    port,
    pid,
    dataDirectory: cluster.dataDirectory,
    adopted,
    urlOf: url,
    async createDatabase(name) {
      await createDatabase(url(superuser), name);
      return url(name);
    },
    stop: () => stopProcess(pid, postgresStopSteps),
  };
}

/**
 * PostgreSQL on 127.0.0.1 from a folder: the cluster is made at the first start; a server that a killed launcher left
 * running is adopted (with the settings it was started with). It survives the launcher's Ctrl-C and its death: `stop`
 * ends it.
 * @throws with the end of the server's log when it does not start, or naming the wished port when that is in use
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const log = options.log ?? (() => undefined);
  const wished = options.port ?? 0;
  const cluster = openCluster({ ...options, durable: options.durable ?? true, log });
  const portFile = join(options.directory, 'port');
  const running = existsSync(cluster.dataDirectory)
    ? await findPostmaster(cluster.dataDirectory, cluster.password)
    : undefined;
  if (running !== undefined && (wished === 0 || wished === running.port)) {
    log(`PostgreSQL ${running.pid} already runs on port ${running.port}`);
    return handleOf(cluster, running.pid, running.port, true);
  }
  if (running !== undefined) await stopProcess(running.pid, postgresStopSteps);
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const port = await choosePort('PostgreSQL', wished, portFile);
    const pid = await launch(cluster, options, port);
    if (pid === undefined) continue;
    writeFileSync(portFile, `${port}\n`);
    log(`PostgreSQL ${pid} on port ${port}`);
    return handleOf(cluster, pid, port, false);
  }
  throw new Error(`PostgreSQL found no free port on ${loopback} in ${startAttempts} attempts`);
}
