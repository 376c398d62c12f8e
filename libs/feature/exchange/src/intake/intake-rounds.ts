import type { NodeCode } from '@tongban/kernel';
import { reasonOf } from '../province/body.js';
import { listOpenIntakes, type OpenIntake } from './intake-store.js';
import type { IntakeTools } from './ports.js';
import { takeIn } from './take-in.js';

const roundMs = 3_000;
/** Looked at in one round; the next round goes on behind them. */
const mostPerRound = 50;

/** Takes in what applications of the provincial portal have come to the nodes of this host, over and over. */
export class IntakeRounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private after: OpenIntake | undefined;

  constructor(
    private readonly tools: IntakeTools,
    private readonly nodes: readonly NodeCode[],
  ) {}

  start(): void {
    this.timer = setInterval(this.wake, roundMs);
    this.timer.unref();
  }

  /** A hint that entries have come. */
  readonly wake = (): void => {
    if (this.timer === undefined) return;
    this.running ??= this.round()
      .catch((error: unknown) =>
        this.tools.log('warn', 'a round of provincial applications failed', { reason: reasonOf(error) }),
      )
      .finally(() => (this.running = undefined));
  };

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  /** Each by itself: one that fails does not hold up the others. */
  async round(): Promise<void> {
    const { tools, nodes } = this;
    const page = await tools.transactor.run((sql) => listOpenIntakes(sql, nodes, this.after, mostPerRound));
    this.after = page.length < mostPerRound ? undefined : page.at(-1);
    for (const { node, record } of page) {
      try {
        const taken = await takeIn(tools, node, record);
        if (!taken.ok) tools.log('info', 'a provincial application waits', { record, code: taken.refusal.code });
      } catch (error) {
        tools.log('warn', 'a provincial application was not taken in', { record, reason: reasonOf(error) });
      }
    }
  }
}
