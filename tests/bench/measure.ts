import { readdirSync, readFileSync } from 'node:fs';

export interface Measure {
  readonly perSecond: number;
  readonly cpuMicrosPerMessage: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Linux counts processor time in ticks of 10 ms (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;

/** utime + stime, and with `ended` those of children that have ended, in milliseconds; and the parent's process id. */
function statOf(pid: number): { readonly parent: number; readonly own: number; readonly ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((at) => fields[at]);
    return { parent, own: (utime + stime) * tickMs, ended: (cutime + cstime) * tickMs };
  } catch {
    return undefined;
  }
}

/** Processor time of a server and its children, living and ended, and of this process. */
export function countCpuMs(server: number): number {
  const { user, system } = process.cpuUsage();
  const root = statOf(server);
  let total = (user + system) / 1000 + (root === undefined ? 0 : root.own + root.ended);
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat?.parent === server) total += stat.own;
  }
  return total;
}
