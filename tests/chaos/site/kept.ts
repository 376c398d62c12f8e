import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { until } from '../../e2e/wait.js';

const restartPauseMs = 400;
const deathTimeoutMs = 10_000;
const stopTimeoutMs = 25_000;

export interface Program {
  readonly name: string;
  readonly main: string;
  /** Working directory: whoever clears up finds the process by it. */
  readonly cwd: string;
  readonly logFile: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the next start brings beside: arguments for Node itself, and environment. */
  readonly start: () => { readonly arguments: readonly string[]; readonly env: Readonly<Record<string, string>> };
}

/** A process of the product: started again whenever it dies, unless it is held. */
export class Kept {
  starts = 0;
  private child: ChildProcess | undefined;
  private held = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly program: Program) {}

  get name(): string {
    return this.program.name;
  }

  get pid(): number | undefined {
    const { child } = this;
    return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  /** Starts it and keeps it going. */
  release(): void {
    this.held = false;
    clearTimeout(this.timer);
    if (this.pid === undefined) this.start();
  }

  /** kill -9, and nobody starts it again until it is released. */
  async hold(): Promise<void> {
    this.held = true;
    clearTimeout(this.timer);
    this.signal('SIGKILL');
    await until(`${this.name} to be gone`, deathTimeoutMs, () => (this.pid === undefined ? true : undefined));
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) this.child?.kill(signal);
  }

  /** Ends it in order and for good. */
  async stop(): Promise<void> {
    this.held = true;
    clearTimeout(this.timer);
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const gone = (): true | undefined => (this.pid === undefined ? true : undefined);
    await until(`${this.name} to stop`, stopTimeoutMs, gone).catch(() => this.hold());
  }

  private start(): void {
    const { main, cwd, logFile, env } = this.program;
    const added = this.program.start();
    const log = openSync(logFile, 'a', 0o600);
    try {
      this.starts += 1;
      const child = spawn(process.execPath, ['--enable-source-maps', ...added.arguments, main], {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'development', ...env, ...added.env },
        stdio: ['ignore', log, log],
        detached: true,
      });
      child.once('error', () => this.startLater(child));
      child.once('exit', () => this.startLater(child));
      this.child = child;
    } finally {
      closeSync(log);
    }
  }

  private startLater(child: ChildProcess): void {
    if (this.held || child !== this.child) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), restartPauseMs);
  }
}
