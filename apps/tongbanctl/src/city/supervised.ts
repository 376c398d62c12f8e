import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppSpec } from './apps.js';
import { stampOf, type ProcessStamp } from './process-stamp.js';
import { Restarts } from './restarts.js';

const stopTimeoutMs = 20_000;
const killTimeoutMs = 5_000;
const logTailBytes = 1_500;

/** Nothing of our own environment but what a program needs to run, and where traces go. */
const passedOn = /^(PATH|HOME|TMPDIR|LANG|LC_ALL|OTEL_.*)$/;

export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const passed = Object.entries(own).filter(
    (entry): entry is [string, string] => passedOn.test(entry[0]) && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(passed), NODE_ENV: 'development', ...added };
}

export interface SupervisedOptions {
  readonly spec: AppSpec;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what a person should know: an unexpected end, a new start, giving up. */
  readonly tell: (text: string) => void;
  /** A process has begun or ended. */
  readonly changed: () => void;
}

/** One process of the city: started, started again when it dies, stopped for good. */
export class Supervised {
  private child: ChildProcess | undefined;
  private own: ProcessStamp | undefined;
  private readonly restarts = new Restarts();
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;
  private failed = false;
  private logFrom = 0;

  constructor(private readonly options: SupervisedOptions) {}

  get name(): string {
    return this.options.spec.name;
  }

  get url(): string {
    return this.options.spec.url;
  }

  get stamp(): ProcessStamp | undefined {
    return this.own;
  }

  /** True when it died too often and is not started any more. */
  get gaveUp(): boolean {
    return this.failed;
  }

  start(): void {
    const { spec, logFile, env, changed } = this.options;
    const args = [
      `--max-old-space-size=${spec.heapMegabytes}`,
      '--enable-source-maps',
      ...(spec.preload === undefined ? [] : ['--import', spec.preload]),
      spec.main,
    ];
    this.logFrom = existsSync(logFile) ? statSync(logFile).size : 0;
    const log = openSync(logFile, 'a', 0o600);
    try {
      // A process group of its own: Ctrl-C at the terminal reaches us alone, and we stop things in order.
      const child = spawn(process.execPath, args, {
        cwd: dirname(spec.main),
        env: childEnvironment(env, spec.env),
        stdio: ['ignore', log, log],
        detached: true,
      });
      this.child = child;
      this.restarts.started();
      this.own = child.pid === undefined ? undefined : stampOf(child.pid);
      child.once('error', (error) => this.ended(child, error.message));
      child.once('exit', (code, signal) => this.ended(child, signal ?? `exit status ${code}`));
    } finally {
      closeSync(log);
    }
    changed();
  }

  /** The end of what the present process has written. */
  logTail(): string {
    const { logFile } = this.options;
    const text = existsSync(logFile) ? readFileSync(logFile) : Buffer.alloc(0);
    return text.subarray(this.logFrom).subarray(-logTailBytes).toString().trim();
  }

  /** Asks it to end, then makes it end; bounded. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    if (await endedWithin(ended, stopTimeoutMs)) return;
    this.options.tell(`${this.name} 在 ${stopTimeoutMs / 1000} 秒内没有停止，强制结束`);
    child.kill('SIGKILL');
    if (!(await endedWithin(ended, killTimeoutMs))) throw new Error(`${this.name} (${child.pid}) does not end`);
  }

  private ended(child: ChildProcess, how: string): void {
    if (child !== this.child) return;
    this.own = undefined;
    this.options.changed();
    if (this.stopping) return;
    const waitMs = this.restarts.died();
    if (waitMs === undefined) {
      this.failed = true;
      this.options.tell(
        `${this.name} 连续意外退出 ${this.restarts.count} 次（${how}），不再重启，详见 ${this.options.logFile}`,
      );
      return;
    }
    this.options.tell(`${this.name} 意外退出（${how}），${waitMs / 1000} 秒后重启，日志 ${this.options.logFile}`);
    this.timer = setTimeout(() => this.start(), waitMs);
  }
}

async function endedWithin(ended: Promise<void>, timeoutMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = sleep(timeoutMs, false, { signal: timeout.signal }).catch(() => false);
  const inTime = await Promise.race([ended.then(() => true), late]);
  timeout.abort();
  return inTime;
}
