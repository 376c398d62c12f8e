import type { NodeCode } from '@tongban/kernel';
import type { JointTools } from '../ports.js';
import { listWatched, type WatchedJoint } from '../store/joint-store.js';
import { advanceJoint } from './advance.js';

const roundMs = 3_000;
/** Joint cases looked at in one round; the next round goes on behind them. */
const maxJointsPerRound = 100;

type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;

/** Looks at the joint cases that this host leads, over and over: the branches' entries come when they come. */
export class JointRounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private after: WatchedJoint | undefined;

  constructor(
    private readonly tools: JointTools,
    private readonly nodes: readonly NodeCode[],
    private readonly log: Log,
  ) {}

  start(): void {
    let busy = false;
    this.timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.running = this.round()
        .catch((error: unknown) => this.log('warn', 'a round of joint cases failed', { error: String(error) }))
        .finally(() => {
          busy = false;
        });
    }, roundMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Each by itself: one that fails does not hold up the others. */
  async round(): Promise<void> {
    const page = await this.tools.transactor.run((sql) => listWatched(sql, this.nodes, this.after, maxJointsPerRound));
    this.after = page.length < maxJointsPerRound ? undefined : page.at(-1);
    for (const { node, record } of page) {
      try {
        await advanceJoint(this.tools, node, record);
      } catch (error) {
        this.log('warn', 'a joint case was not advanced', { record, error: String(error) });
      }
    }
  }
}
