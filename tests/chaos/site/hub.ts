import { startNats, type Nats } from '@tongban/platform/local';
import { natsServerBinary } from '@tongban/testkit';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const watchIntervalMs = 300;

/** The city's nats-server: started again when it dies, unless it is held. */
export class Hub {
  private held = false;
  private stopped = false;
  private watching: Promise<void>;

  private constructor(
    private readonly directory: string,
    private readonly trust: string,
    private nats: Nats,
    private readonly told: (what: string) => void,
  ) {
    this.watching = this.watch();
  }

  /** @param trust whom it trusts: lines of its configuration */
  static async open(directory: string, trust: string, told: (what: string) => void): Promise<Hub> {
    return new Hub(directory, trust, await launch(directory, trust, 0, 0), told);
  }

  get pid(): number {
    return this.nats.pid;
  }

  get port(): number {
    return this.nats.port;
  }

  get url(): string {
    return this.nats.url;
  }

  /** kill -9; it stays away until it is released. */
  async hold(): Promise<void> {
    this.held = true;
    await this.watching;
    if (isAlive(this.nats.pid)) process.kill(this.nats.pid, 'SIGKILL');
  }

  /** @param wiped its store is gone: streams and consumers have to be made again */
  async release(wiped: boolean): Promise<void> {
    if (wiped) rmSync(join(this.directory, 'store'), { recursive: true, force: true });
    this.nats = await launch(this.directory, this.trust, this.nats.port, this.nats.monitorPort);
    this.held = false;
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
    await this.nats.stop();
  }

  private async watch(): Promise<void> {
    while (!this.held && !this.stopped) {
      await sleep(watchIntervalMs);
      if (this.held || this.stopped || isAlive(this.nats.pid)) continue;
      try {
        this.nats = await launch(this.directory, this.trust, this.nats.port, this.nats.monitorPort);
        this.told(`the hub is back (${this.nats.pid})`);
      } catch (error) {
        this.told(`the hub does not start: ${String(error).slice(0, 200)}`);
      }
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

const launch = (directory: string, trust: string, port: number, monitorPort: number): Promise<Nats> =>
  startNats({ directory, binary: natsServerBinary(), port, monitorPort, configExtra: trust });
