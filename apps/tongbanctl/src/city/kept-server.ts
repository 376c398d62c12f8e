import { isRunning, stampOf, type ProcessStamp } from './process-stamp.js';
import { Restarts } from './restarts.js';

/** How soon a death is noticed: an adopted server is nobody's child, so that nobody is told of it. */
const watchIntervalMs = 500;

export interface ServerHandle {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface KeptServerOptions<Handle extends ServerHandle> {
  readonly name: string;
  readonly logFile: string;
  /** Starts it on the data of the last time, under the address of the last time; adopts one that runs already. */
  readonly startAgain: (last: Handle) => Promise<Handle>;
  /** Told what a person should know: an unexpected end, a new start, giving up. */
  readonly tell: (text: string) => void;
  /** Another process serves now, or none. */
  readonly changed: () => void;
  readonly restarts?: Restarts;
}

/** A server that is started again on its data when it dies, with longer and longer pauses and not for ever. */
export class KeptServer<Handle extends ServerHandle> {
  private stamp: ProcessStamp | undefined;
  private timer: NodeJS.Timeout | undefined;
  private starting: Promise<void> = Promise.resolve();
  private stopping = false;
  private failed = false;
  private readonly restarts: Restarts;

  constructor(
    private handle: Handle,
    private readonly options: KeptServerOptions<Handle>,
  ) {
    this.restarts = options.restarts ?? new Restarts();
    this.serve(handle);
  }

  /** The newest one; its process may have died a moment ago. */
  get current(): Handle {
    return this.handle;
  }

  get name(): string {
    return this.options.name;
  }

  /** True when it died too often and is not started any more. */
  get gaveUp(): boolean {
    return this.failed;
  }

  /** Ends it for good, also when it is just being started again. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.starting;
    await this.handle.stop();
  }

  private serve(handle: Handle): void {
    this.handle = handle;
    this.stamp = stampOf(handle.pid);
    this.restarts.started();
    this.watch();
  }

  private watch(): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      if (this.stamp !== undefined && isRunning(this.stamp)) this.watch();
      else this.ended('进程已不存在');
    }, watchIntervalMs);
  }

  private ended(how: string): void {
    const { name, logFile, tell, changed } = this.options;
    this.stamp = undefined;
    changed();
    const waitMs = this.restarts.died();
    if (waitMs === undefined) {
      this.failed = true;
      tell(`${name} 连续意外退出 ${this.restarts.count} 次（${how}），不再重启，详见 ${logFile}`);
      return;
    }
    tell(`${name} 意外退出（${how}），${waitMs / 1000} 秒后用原有数据重启，日志 ${logFile}`);
    this.timer = setTimeout(() => {
      this.starting = this.startAgain();
    }, waitMs);
  }

  /** Never rejects: a start that failed counts as one more death. */
  private async startAgain(): Promise<void> {
    const { name, startAgain, tell, changed } = this.options;
    try {
      const handle = await startAgain(this.handle);
      this.serve(handle);
      changed();
      tell(`${name} 已恢复（进程 ${handle.pid}）`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.stopping) this.ended(`重启失败：${reason}`);
    }
  }
}
