import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readIfThere, type RunAs } from './processes.js';

const tryTimeoutMs = 5_000;
const hashLength = 12;
/** Users that exist on a machine already, best first: none is made for us. */
const users = ['postgres', 'nobody'] as const;

/** The user of a line of passwd(5); root never. */
export function userIn(passwd: string, name: string): RunAs | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : undefined;
}

/**
 * Whom PostgreSQL runs as: us, unless we are root, whom it refuses. A cluster that exists keeps the user who owns it.
 * @throws when root finds neither a `postgres` nor a `nobody` user
 */
export function serverUser(dataDirectory: string): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDirectory)) {
    const { uid, gid } = statSync(dataDirectory);
    if (uid > 0) return { uid, gid };
  }
  const passwd = readIfThere('/etc/passwd') ?? '';
  for (const name of users) {
    const user = userIn(passwd, name);
    if (user !== undefined) return user;
  }
  throw new Error(`PostgreSQL does not run as root and there is no user ${users.join(' or ')} to run it as`);
}

/** Asks the kernel, as that user, whether the folder can be entered. */
export function canEnter(directory: string, user: RunAs): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', directory], {
    ...user,
    cwd: '/',
    timeout: tryTimeoutMs,
    stdio: 'ignore',
  });
  return asked.status === 0;
}

/** What `postgres --version` says as that user; undefined when it does not run. */
function versionOf(binDirectory: string, user?: RunAs): string | undefined {
  const options = { ...user, cwd: '/', timeout: tryTimeoutMs, encoding: 'utf8' } as const;
  const asked = spawnSync(join(binDirectory, 'postgres'), ['--version'], options);
  return asked.status === 0 ? (/[\d.]+/.exec(asked.stdout)?.[0] ?? 'unknown') : undefined;
}

/**
 * A folder of ours outside a closed one (a root's home is mode 700), the same one for the same `path` at every start.
 * Below /tmp anybody may have made the name first: only root's own folder is used.
 */
export function openFolderFor(path: string): string {
  const name = `tongban-${createHash('sha256').update(path).digest('hex').slice(0, hashLength)}`;
  const reasons: string[] = [];
  for (const base of ['/var/lib', tmpdir()]) {
    const folder = join(base, name);
    try {
      mkdirSync(folder, { recursive: true });
      const found = lstatSync(folder);
      if (!found.isDirectory() || found.uid !== 0) throw new Error(`${folder} belongs to somebody else`);
      chmodSync(folder, 0o711);
      return folder;
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new Error(`no place for PostgreSQL outside ${path}: ${reasons.join('; ')}`);
}

/** Gives everybody the reading rights that the owner has. */
function openUp(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name));
}

/**
 * The folder from which that user can run PostgreSQL: `binDirectory`, or a copy of it with its `lib` and `share`.
 * @throws when the binaries do not run at all
 */
export function reachableBinaries(binDirectory: string, user: RunAs | undefined, log: (line: string) => void): string {
  if (versionOf(binDirectory, user) !== undefined) return binDirectory;
  const version = versionOf(binDirectory);
  if (version === undefined || user === undefined) throw new Error(`${binDirectory}/postgres does not run here`);
  const copy = join(openFolderFor(binDirectory), `postgres-${version}`);
  const copiedBin = join(copy, 'bin');
  if (!existsSync(copiedBin)) {
    log(`user ${user.uid} cannot enter ${binDirectory}: copying PostgreSQL to ${copy}`);
    const staged = `${copy}.${process.pid}`;
    cpSync(dirname(binDirectory), staged, { recursive: true, verbatimSymlinks: true });
    openUp(staged);
    rmSync(copy, { recursive: true, force: true });
    renameSync(staged, copy);
  }
  if (versionOf(copiedBin, user) === undefined) throw new Error(`${copiedBin} does not run as user ${user.uid}`);
  return copiedBin;
}
