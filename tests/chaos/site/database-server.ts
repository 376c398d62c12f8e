import { startPostgres, type Postgres } from '@tongban/platform/local';
import { postgresBinDirectory } from '@tongban/testkit';
import { chownSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

const maxConnections = 80;
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
const watchIntervalMs = 300;
const restartPauseMs = 500;
const smallLogSettings = ["alter system set max_wal_size = '96MB'", "alter system set min_wal_size = '32MB'"];

export interface DatabaseUrls {
  readonly superuser: string;
  readonly owner: string;
  readonly app: string;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Copies a folder that is being worked in: what goes away meanwhile is left out, as in any base backup. */
function copyFolder(from: string, to: string, leaveOut: ReadonlySet<string>): void {
  const found = lstatSync(from);
  mkdirSync(to, { mode: found.mode & 0o777 });
  chownSync(to, found.uid, found.gid);
  for (const name of readdirSync(from)) {
    if (leaveOut.has(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    try {
      const entry = lstatSync(source);
      if (entry.isDirectory()) copyFolder(source, target, new Set());
      else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
      else {
        copyFileSync(source, target);
        chownSync(target, entry.uid, entry.gid);
        utimesSync(target, entry.atime, entry.mtime);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** PostgreSQL of one host, with databases of its own: it can be killed, frozen, backed up and put back alone. */
export class DatabaseServer {
  restarts = 0;
  private held = false;
  private stopped = false;
  private watching: Promise<void> = Promise.resolve();

  private constructor(
    readonly name: string,
    private readonly directory: string,
    private postgres: Postgres,
    private readonly told: (what: string) => void,
  ) {}

  /** @param server `smallLog`: the write-ahead log is cut back before it fills a small disk */
  static async open(
    name: string,
    directory: string,
    { told, smallLog }: { readonly told: (what: string) => void; readonly smallLog: boolean },
  ): Promise<DatabaseServer> {
    mkdirSync(directory, { recursive: true });
    const server = new DatabaseServer(name, directory, await DatabaseServer.launch(directory, 0), told);
    if (smallLog)
      for (const sql of [...smallLogSettings, 'select pg_reload_conf()']) await server.query('postgres', sql);
    server.watching = server.watch();
    return server;
  }

  private static launch(directory: string, port: number): Promise<Postgres> {
    return startPostgres({ directory, binDirectory: postgresBinDirectory(), port, maxConnections });
  }

  get port(): number {
    return this.postgres.port;
  }

  get pid(): number {
    return this.postgres.pid;
  }

  get dataDirectory(): string {
    return this.postgres.dataDirectory;
  }

  /** A database with the two roles that a host works as; made once. */
  async provide(database: string, passwords: { readonly owner: string; readonly app: string }): Promise<DatabaseUrls> {
    const superuser = await this.postgres.createDatabase(database);
    const [owner, app] = [`${database}_owner`, `${database}_app`];
    for (const sql of [
      `create role ${escapeIdentifier(owner)} login password ${escapeLiteral(passwords.owner)}`,
      `create role ${escapeIdentifier(app)} login password ${escapeLiteral(passwords.app)}`,
      `alter schema public owner to ${escapeIdentifier(owner)}`,
      `alter database ${escapeIdentifier(database)} owner to ${escapeIdentifier(owner)}`,
      `grant usage on schema public to ${escapeIdentifier(app)}`,
    ]) {
      await this.query(database, sql);
    }
    const as = (role: string, password: string): string => {
      const url = new URL(superuser);
      [url.username, url.password] = [role, password];
      return url.href;
    };
    return { superuser, owner: as(owner, passwords.owner), app: as(app, passwords.app) };
  }

  async query<Row>(database: string, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.withClient(database, async (client) => (await client.query(sql, [...params])).rows as Row[]);
  }

  /** Every process of this server, the first one first. */
  processes(): number[] {
    const inFolder = readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readlinkSync(`/proc/${name}/cwd`) === this.dataDirectory;
      } catch {
        return false; // gone meanwhile
      }
    });
    return inFolder.map(Number).sort((left, right) => Number(right === this.pid) - Number(left === this.pid));
  }

  /** kill -9 of all of it, and nobody starts it again until it is released. */
  async hold(): Promise<void> {
    this.held = true;
    await this.watching;
    for (const pid of this.processes()) kill(pid, 'SIGKILL');
  }

  async release(): Promise<void> {
    this.postgres = await DatabaseServer.launch(this.directory, this.port);
    this.restarts += 1;
    this.held = false;
    this.watching = this.watch();
  }

  /**
   * A base backup by PostgreSQL's low-level interface (manual, 25.3.4): begin, copy the files of the running server, end,
   * then the log that was written meanwhile.
   */
  async backUp(target: string): Promise<void> {
    rmSync(target, { recursive: true, force: true });
    await this.withClient('postgres', async (client) => {
      await client.query("select pg_backup_start('chaos', true)");
      copyFolder(this.dataDirectory, target, new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal']));
      const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
      const label = join(target, 'backup_label');
      writeFileSync(label, rows[0]!.labelfile, { mode: 0o600 });
      const { uid, gid } = lstatSync(this.dataDirectory);
      chownSync(label, uid, gid);
      copyFolder(join(this.dataDirectory, 'pg_wal'), join(target, 'pg_wal'), new Set());
    });
  }

  /** Puts the files of a backup in the place of the present ones. The server must be held. */
  putBack(backup: string): void {
    rmSync(this.dataDirectory, { recursive: true, force: true });
    copyFolder(backup, this.dataDirectory, new Set());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
    for (const pid of this.processes()) kill(pid, 'SIGCONT');
    await this.postgres.stop();
  }

  private async watch(): Promise<void> {
    while (!this.held && !this.stopped) {
      if (!existsSync(`/proc/${this.pid}`)) await this.startAgain();
      await sleep(watchIntervalMs);
    }
  }

  /** As long as the disk is full it cannot start: it is tried again at the next turn. */
  private async startAgain(): Promise<void> {
    await sleep(restartPauseMs);
    if (this.held || this.stopped) return;
    try {
      this.postgres = await DatabaseServer.launch(this.directory, this.port);
      this.restarts += 1;
      this.told(`PostgreSQL of ${this.name} is back (${this.pid})`);
    } catch (error) {
      this.told(`PostgreSQL of ${this.name} does not start: ${String(error).slice(0, 200)}`);
    }
  }

  private async withClient<T>(database: string, use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({
      connectionString: this.postgres.urlOf(database),
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
    });
    client.on('error', () => undefined); // the query under way rejects
    try {
      await client.connect();
      return await use(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
