import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export function collect(stream: Readable | null, take: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', (text: string) => take(text));
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; a program that takes too long is killed and has status 128. */
export function runToEnd(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    const said = { stdout: '', stderr: '' };
    collect(child.stdout, (text) => (said.stdout += text));
    collect(child.stderr, (text) => (said.stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 128, ...said }));
  });
}

/** Fields of /proc/<pid>/stat behind the command (proc(5)); undefined when there is no such process. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

const statePosition = 0;
const parentPosition = 1;
const startPosition = 19;

/** The start of a running process in clock ticks: with its number it cannot be mistaken for a later one. */
export function startOf(pid: number): string | undefined {
  const stat = statOf(pid);
  return stat === undefined || /^[ZX]/.test(stat[statePosition] ?? '') ? undefined : stat[startPosition];
}

export interface Known {
  readonly pid: number;
  readonly start: string;
}

/** The processes and everything that descends from them, as they are now. */
export function withDescendants(pids: readonly number[]): Known[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(Number(name))?.[parentPosition] ?? 0) }));
  const found = new Set(pids);
  for (const pid of found) for (const child of parents) if (child.parent === pid) found.add(child.pid);
  return [...found].flatMap((pid) => {
    const start = startOf(pid);
    return start === undefined ? [] : [{ pid, start }];
  });
}

export const isRunning = ({ pid, start }: Known): boolean => startOf(pid) === start;
