import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;
const logTailBytes = 2_000;

/** Who a server runs as; absent: as we do. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/**
 * True while the process runs. A zombie counts as ended: in a container without an init nobody reaps a server that a
 * killed launcher left behind.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat === undefined || !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** The command line of a process, joined by spaces; undefined where /proc does not tell. */
export const commandLineOf = (pid: number): string | undefined =>
  readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();

/** True when some process works in `directory` (PostgreSQL's children do, long after their postmaster was killed). */
export function isWorkedIn(directory: string): boolean {
  if (!existsSync('/proc')) return false;
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/cwd`) === directory;
    } catch {
      return false; // gone meanwhile, or not ours to ask
    }
  });
}

/**
 * Starts a server in a process group of its own, so that Ctrl-C at the launcher's terminal does not reach it before the
 * launcher has stopped what depends on it. Output goes to the end of `logFile`.
 */
export function startServer(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly logFile: string; readonly runAs?: RunAs | undefined },
): ChildProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, {
      cwd: options.cwd,
      detached: true,
      stdio: ['ignore', log, log],
      ...options.runAs,
    });
    child.on('error', () => undefined); // a failed start shows as a missing pid
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Asks `done` until it says true or `timeoutMs` is over; the answer is whether it did. */
export async function waitUntil(done: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await done()) return true;
    await sleep(pollMs);
  }
  return done();
}

/** One rung of the way down: a signal and how long it may take. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** Sends the signals in turn until the process has ended; an error when the last one did not help. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    if (await waitUntil(() => !isAlive(pid), waitMs)) return;
  }
  throw new Error(`process ${pid} does not end`);
}

/** Bytes in a log so far; 0 when there is none. */
export const logSize = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The end of what a log has gained since it had `offset` bytes, for the message of a failed start. */
export const logSince = (file: string, offset: number): string =>
  Buffer.from(readIfThere(file) ?? '')
    .subarray(offset)
    .subarray(-logTailBytes)
    .toString()
    .trim();

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
