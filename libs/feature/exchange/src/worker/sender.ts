import {
  advanceReport,
  askBreaker,
  closedBreaker,
  defaultBreakerPolicy,
  amountsOf,
  settleBreaker,
  type BatchBody,
  type BreakerState,
} from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { limitsOf, rollOf, type ExchangeTools } from '../ports.js';
import { findDueBatch, hurryBatches, lockOpenBatch, markSending, type OpenBatch } from '../store/batch-store.js';
import { lockReports, saveReports, type ReportChange } from '../store/report-store.js';
import { policyOf, scopeOf } from './refresh.js';
import { openBody, sealBytes } from './sealed-body.js';
import { settleSending } from './settle.js';
import { discreetSending } from './discretion.js';

/** Sends what has been written, one batch after another, and minds the way to the province. */
export class Sender {
  private state: BreakerState = closedBreaker;

  constructor(
    private readonly tools: ExchangeTools,
    private readonly stop: AbortSignal,
  ) {}

  get breaker(): BreakerState {
    return this.state;
  }

  /** After a start nobody knows what became of what was on its way: all of it is asked for again at once. */
  async resume(): Promise<void> {
    const { transactor, clock } = this.tools;
    await transactor.run((sql) => hurryBatches(sql, scopeOf(this.tools), clock.now()));
  }

  /** True when there may be more to send at once. */
  async sendDue(): Promise<boolean> {
    const { transactor, clock } = this.tools;
    const { sendsPerRound } = limitsOf(this.tools);
    for (let sends = 0; sends < sendsPerRound && !this.stop.aborted; sends++) {
      const id = await transactor.run((sql) => findDueBatch(sql, scopeOf(this.tools), clock.now()));
      if (id === undefined || !this.mayGo()) return false;
      await this.send(id);
    }
    return true;
  }

  private mayGo(): boolean {
    const asked = askBreaker(this.state, this.tools.clock.now(), this.breakerPolicy);
    this.state = asked.state;
    return asked.permitted;
  }

  private async send(id: Uuid): Promise<void> {
    const { tools } = this;
    const claimed = await tools.transactor.run((sql) => this.claim(sql, id));
    if (claimed === undefined) return;
    const bytes = await openBody(tools, claimed.body);
    const body = JSON.parse(Buffer.from(bytes).toString('utf8')) as BatchBody;
    const told = await tools.carrier.send({ id, bytes, body }, this.stop);
    const sending = await discreetSending(tools, told, claimed.cases);
    const evidence = sending.kind === 'answered' ? await sealBytes(tools, sending.bytes) : '';
    // A refused batch was answered by a province that is there; being told to stop says nothing about it.
    if (!this.stop.aborted)
      this.state = settleBreaker(this.state, sending.kind !== 'failed', tools.clock.now(), this.breakerPolicy);
    const alarms = await tools.transactor.run((sql) =>
      settleSending(tools, sql, id, { sending, evidence }, amountsOf(body, tools.profile)),
    );
    if (sending.kind === 'answered')
      tools.log('info', 'a batch was answered', { batch: id, cases: claimed.cases.length });
    else if (sending.kind !== 'waiting')
      tools.log('warn', 'a batch was not answered', { batch: id, outcome: sending.kind, reason: sending.reason });
    for (const { record, attempts } of alarms) tools.alarm?.(record, attempts);
  }

  /** Takes the batch for one try, written before anything leaves; undefined when it is not due any more. */
  private async claim(sql: Sql, id: Uuid): Promise<OpenBatch | undefined> {
    const { tools } = this;
    const scope = scopeOf(tools);
    const now = tools.clock.now();
    const batch = await lockOpenBatch(sql, scope, id);
    if (batch === undefined || batch.nextAt > now) return undefined;
    await markSending(sql, scope, id, now, now + policyOf(tools).answerTimeoutMs);
    await this.noteTry(sql, batch, now);
    return batch;
  }

  /** Reports that had gone back to waiting after a failed try are on their way again. */
  private async noteTry(sql: Sql, batch: OpenBatch, now: Instant): Promise<void> {
    const { tools } = this;
    const scope = scopeOf(tools);
    const versions = new Map(batch.cases.map(({ record, dataVersion }) => [record, dataVersion]));
    const roll = rollOf(tools.random);
    const changes: ReportChange[] = [];
    for (const report of (await lockReports(sql, scope, [...versions.keys()])).values()) {
      const { state } = report;
      if (state.name !== 'pending' || state.dataVersion !== versions.get(report.record)) continue;
      const step = advanceReport(state, { type: 'tick', now, permitted: true, roll }, policyOf(tools));
      changes.push({ before: report, after: { ...report, state: step.state } });
    }
    await saveReports(sql, scope, changes, now);
  }

  private get breakerPolicy() {
    return this.tools.breakerPolicy ?? defaultBreakerPolicy;
  }
}
