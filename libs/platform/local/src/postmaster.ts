import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { loopback } from './ports.js';
import { commandLineOf, isAlive, isWorkedIn, readIfThere, waitUntil, type StopStep } from './processes.js';

const answerTimeoutMs = 2_000;
const settleTimeoutMs = 20_000;

/** PostgreSQL's signals: fast shutdown, immediate shutdown, and the end of patience. */
export const postgresStopSteps: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export const superuser = 'postgres';

/** What `postmaster.pid` says: line 1 the process, line 4 the port (PostgreSQL, src/include/utils/pidfile.h). */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
}

export function parsePidFile(text: string): PidFile | undefined {
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) && port > 0 ? { pid, port } : undefined;
}

export const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${superuser}:${encodeURIComponent(password)}@${loopback}:${port}/${encodeURIComponent(database)}`;

/** Runs `use` on one connection that is closed afterwards. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: answerTimeoutMs });
  client.on('error', () => undefined); // a server that stops meanwhile; the query under way rejects
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** True when a server answers there and its cluster is the one in `dataDirectory`. */
export async function answersFor(dataDirectory: string, port: number, password: string): Promise<boolean> {
  try {
    const { rows } = await withClient(urlOf(port, password, superuser), (client) =>
      client.query<{ data_directory: string }>('show data_directory'),
    );
    return rows[0]?.data_directory === dataDirectory;
  } catch {
    return false;
  }
}

/**
 * The server that already runs on the cluster, when there is one that answers. A pid file that a dead server left, or
 * whose number now belongs to another program, is taken away; one that is starting or stopping is waited for.
 * @throws when a server of this cluster lives but does not answer in time
 */
export async function findPostmaster(dataDirectory: string, password: string): Promise<PidFile | undefined> {
  const file = join(dataDirectory, 'postmaster.pid');
  let found: PidFile | undefined;
  const settled = await waitUntil(async () => {
    found = parsePidFile(readIfThere(file) ?? '');
    if (found === undefined || !isAlive(found.pid)) return true;
    if (commandLineOf(found.pid)?.includes(dataDirectory) === false) return true;
    return answersFor(dataDirectory, found.port, password);
  }, settleTimeoutMs);
  if (!settled) throw new Error(`PostgreSQL ${found?.pid} runs in ${dataDirectory} but does not answer`);
  if (found === undefined) return undefined;
  if (isAlive(found.pid) && (await answersFor(dataDirectory, found.port, password))) return found;
  await clearStale(file, dataDirectory);
  return undefined;
}

/** Backends outlive a killed postmaster for a moment, and must not share the files with a new one. */
async function clearStale(file: string, dataDirectory: string): Promise<void> {
  if (!(await waitUntil(() => !isWorkedIn(dataDirectory), settleTimeoutMs))) {
    throw new Error(`processes of an earlier PostgreSQL still work in ${dataDirectory}`);
  }
  rmSync(file, { force: true });
}
