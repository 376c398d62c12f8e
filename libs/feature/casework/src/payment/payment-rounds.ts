import { localDate } from '@tongban/domain/calendar';
import type { PaymentProvider } from '../ports.js';
import type { CaseworkTools } from '../usecase/context.js';
import { adoptOrders, claimDueOrders, wakeRefunded } from './order-store.js';
import { settleOrder } from './settle-order.js';

const roundMs = 5_000;

interface Tools extends Pick<CaseworkTools, 'commands' | 'transactor' | 'clock'> {
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
}

/** Asks the provider about open orders until each is booked, given back or given up: the payer may close the page. */
export class PaymentRounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly tools: Tools,
    private readonly provider: PaymentProvider,
  ) {}

  start(): void {
    let busy = false;
    this.timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.running = this.round()
        .catch((error: unknown) => this.tools.log('warn', 'a round of payments failed', { error: String(error) }))
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

  /** One round over what is due, each order by itself: one that fails does not hold up the others. */
  async round(): Promise<void> {
    const { transactor, clock, log } = this.tools;
    const now = clock.now();
    const orders = await transactor.run(async (sql) => {
      await wakeRefunded(sql, localDate(now), now);
      await adoptOrders(sql, localDate(now), now);
      return claimDueOrders(sql, now);
    });
    for (const order of orders) {
      try {
        const settled = await settleOrder(this.tools, this.provider, order);
        if (settled.ok) log('info', 'payment booked', { record: order.record });
      } catch (error) {
        log('warn', 'an order was not settled', { record: order.record, error: String(error) });
      }
    }
  }
}
