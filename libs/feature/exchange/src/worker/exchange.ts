import type { BreakerState } from '@tongban/domain/exchange';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { formBatches } from './batcher.js';
import { FeedReader } from './feed-reader.js';
import { deliverNotes } from './note-courier.js';
import { ObjectionReader } from './objections.js';
import { OrderDesk } from './order-desk.js';
import { resendSome } from './resender.js';
import { Sender } from './sender.js';
import { TaskExporter } from './task-exporter.js';

const mostRoundsOnEnd = 1_000;

/**
 * The running exchange of one gateway node under one profile. All it knows is in the database, written before it is acted
 * upon: it may be killed at any moment, and a second instance beside it costs repeats that the keys make harmless.
 */
export class Exchange {
  private readonly aborting = new AbortController();
  private readonly feed: FeedReader;
  private readonly sender: Sender;
  private readonly objections: ObjectionReader;
  private readonly tasks: TaskExporter;
  private readonly orders: OrderDesk;
  private running: Promise<void> | undefined;
  private wanted = false;
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  constructor(private readonly tools: ExchangeTools) {
    this.feed = new FeedReader(tools);
    this.sender = new Sender(tools, this.aborting.signal);
    this.objections = new ObjectionReader(tools);
    this.tasks = new TaskExporter(tools);
    this.orders = new OrderDesk(tools);
  }

  /** State of the way to the province. */
  get breaker(): BreakerState {
    return this.sender.breaker;
  }

  async start(): Promise<void> {
    await this.sender.resume();
    this.wake();
  }

  /** A hint that there is something to do; nothing is lost without it. */
  readonly wake = (): void => {
    this.wanted = true;
    if (this.running !== undefined || this.aborting.signal.aborted) return;
    clearTimeout(this.timer);
    this.running = this.run().finally(() => {
      this.running = undefined;
      if (!this.aborting.signal.aborted) this.timer = setTimeout(this.wake, this.pauseMs());
    });
  };

  /** Breaks a wait for the province off; what was on its way is sent again after the next start. */
  async stop(): Promise<void> {
    this.aborting.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Everything that is due now, once. True when there may be more at once. */
  async round(): Promise<boolean> {
    const stopped = (): boolean => this.aborting.signal.aborted;
    const more: boolean[] = [];
    more.push(await this.feed.read());
    if (!stopped()) more.push(await resendSome(this.tools));
    if (!stopped()) more.push(await formBatches(this.tools, this.sender.breaker.name === 'closed'));
    if (!stopped()) more.push(await this.sender.sendDue());
    if (!stopped()) more.push(await this.tasks.export());
    if (!stopped()) more.push(await this.objections.read());
    if (!stopped()) more.push(await this.orders.work());
    if (!stopped()) more.push(await deliverNotes(this.tools));
    return !stopped() && more.includes(true);
  }

  private pauseMs(): number {
    const { roundErrorPauseMs, roundIntervalMs } = limitsOf(this.tools);
    if (this.failing) return roundErrorPauseMs;
    return this.wanted ? 0 : roundIntervalMs;
  }

  private async run(): Promise<void> {
    try {
      for (let rounds = 0; rounds < mostRoundsOnEnd && this.wanted; rounds++) {
        this.wanted = false;
        if (await this.round()) this.wanted = true;
      }
      if (this.failing) this.tools.log('info', 'the exchange works again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.tools.log('error', 'the exchange stands still', { reason: reasonOf(error) });
      this.failing = true;
    }
  }
}
