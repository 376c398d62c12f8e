import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;
const firstTime = 11;
const times = 4;

/** What a piece of work gave, and the processor time that these processes took for it. */
export async function withCpu<T>(
  pids: () => readonly number[],
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly cpuMs: number }> {
  const before = cpuMsOf(pids());
  const value = await work();
  return { value, cpuMs: cpuMsOf(pids()) - before };
}

/** Processor time that processes have taken, with that of their children that have ended, in milliseconds. */
export function cpuMsOf(pids: readonly number[]): number {
  let total = 0;
  for (const pid of new Set(pids)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      for (const field of fields.slice(firstTime, firstTime + times)) total += Number(field) * tickMs;
    } catch {
      // Ended meanwhile: its parent counts it.
    }
  }
  return total;
}
