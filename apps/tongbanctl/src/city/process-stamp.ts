import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process that can be told from a later one with the same number: its start in clock ticks since the boot
 * (proc(5), /proc/<pid>/stat field 22), and which boot.
 */
export interface ProcessStamp {
  readonly pid: number;
  readonly startTicks: string;
  readonly boot: string;
}

const statePosition = 0;
const parentPosition = 1;
const startPosition = 19;

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // gone, or no /proc here
  }
}

/** Fields of /proc/<pid>/stat behind the command, which may itself hold spaces and brackets. */
const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

const boot = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

/** The stamp of a running process; undefined when it has ended (a zombie has) or the system does not tell. */
export function stampOf(pid: number): ProcessStamp | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = statFields(stat);
  const startTicks = fields[startPosition];
  if (startTicks === undefined || /^[ZX]/.test(fields[statePosition] ?? '')) return undefined;
  return { pid, startTicks, boot: boot() };
}

/** True while exactly this process runs: never for another one that got its number. */
export function isRunning(stamp: ProcessStamp): boolean {
  const now = stampOf(stamp.pid);
  return now !== undefined && now.startTicks === stamp.startTicks && now.boot === stamp.boot;
}

/** The processes and everything that descends from them. */
export function withDescendants(pids: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : undefined;
    if (stat === undefined) continue;
    const parent = Number(statFields(stat)[parentPosition]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = new Set<number>(pids);
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  return [...found];
}

const kilobytesIn = (text: string | undefined, field: string): number | undefined => {
  const value = text === undefined ? undefined : new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
};

/**
 * Memory of these processes and their descendants in MiB: each one's proportional share (Pss), so that PostgreSQL's
 * shared buffers count once, or its resident size where the share may not be read.
 */
export function memoryMegabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of withDescendants(pids)) {
    const share = kilobytesIn(read(`/proc/${pid}/smaps_rollup`), 'Pss');
    kilobytes += share ?? kilobytesIn(read(`/proc/${pid}/status`), 'VmRSS') ?? 0;
  }
  return Math.round(kilobytes / 1024);
}

/** One rung of the way down: a signal and how long it may take. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

const pollMs = 25;

/**
 * Sends the signals in turn until exactly this process has ended.
 * @throws when the last one did not help
 */
export async function stopStamped(stamp: ProcessStamp, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isRunning(stamp)) return;
    try {
      process.kill(stamp.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const deadline = performance.now() + waitMs;
    while (performance.now() < deadline) {
      if (!isRunning(stamp)) return;
      await sleep(pollMs);
    }
  }
  if (isRunning(stamp)) throw new Error(`process ${stamp.pid} does not end`);
}
