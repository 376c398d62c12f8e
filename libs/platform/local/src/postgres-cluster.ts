import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { superuser } from './postmaster.js';
import { readIfThere, type RunAs } from './processes.js';
import { canEnter, openFolderFor, reachableBinaries, serverUser } from './unprivileged.js';

const initTimeoutMs = 60_000;
const passwordBytes = 24;

/** A cluster on disk that can be started. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly binDirectory: string;
  readonly password: string;
  readonly runAs: RunAs | undefined;
}

export interface ClusterOptions {
  readonly directory: string;
  readonly binDirectory: string;
  /** False: do not wait for the disk. */
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/** The superuser's password of the cluster in `directory`, made once; readable by the launcher's user only. */
function passwordIn(directory: string): string {
  const file = join(directory, 'password');
  const kept = readIfThere(file)?.trim();
  if (kept) return kept;
  const password = randomBytes(passwordBytes).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

function own(path: string, runAs: RunAs | undefined): void {
  if (runAs !== undefined) chownSync(path, runAs.uid, runAs.gid);
}

/**
 * Makes the cluster when there is none. initdb works in a folder that is renamed when it is complete: a killed first
 * start leaves nothing that looks like a cluster.
 */
function initialise(cluster: Cluster, durable: boolean): void {
  const { dataDirectory, binDirectory, password, runAs } = cluster;
  const staged = `${dataDirectory}.new`;
  const passwordFile = `${dataDirectory}.password`;
  rmSync(staged, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(staged, { mode: 0o700 });
  own(staged, runAs);
  try {
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
    own(passwordFile, runAs);
    // Collation by code point, built in: the same order on every machine, whatever its C library knows of Chinese.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = [`--username=${superuser}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const made = spawnSync(
      join(binDirectory, 'initdb'),
      ['-D', staged, ...(durable ? [] : ['--no-sync']), ...access, ...locale],
      {
        ...runAs,
        cwd: '/',
        timeout: initTimeoutMs,
        encoding: 'utf8',
      },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr.trim()}`);
    renameSync(staged, dataDirectory);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(staged, { recursive: true, force: true });
  }
}

/**
 * The cluster of the state folder `directory`, made when it is missing. Run by root, the data belongs to an unprivileged
 * user, and lies outside `directory` when that user cannot enter it.
 */
export function openCluster(options: ClusterOptions): Cluster {
  const { directory, log } = options;
  mkdirSync(directory, { recursive: true });
  const wished = join(realpathSync(directory), 'data');
  let dataDirectory = wished;
  const user = serverUser(wished);
  if (user !== undefined && !canEnter(directory, user)) {
    dataDirectory = join(openFolderFor(directory), 'data');
    log(`user ${user.uid} cannot enter ${directory}: the data of PostgreSQL is in ${dataDirectory}`);
    if (existsSync(wished)) log(`the data in ${wished} is left alone`);
  }
  const runAs = serverUser(dataDirectory);
  const exists = existsSync(join(dataDirectory, 'PG_VERSION'));
  if (exists && !existsSync(join(directory, 'password'))) {
    throw new Error(`${join(directory, 'password')} is missing: without it the data in ${dataDirectory} stays closed`);
  }
  const binDirectory = reachableBinaries(options.binDirectory, runAs, log);
  const cluster = { dataDirectory, binDirectory, password: passwordIn(directory), runAs };
  if (!exists) initialise(cluster, options.durable);
  return cluster;
}
