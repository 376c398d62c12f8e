import { createHash } from 'node:crypto';
import { taskRecords, type TaskForExchange, type TaskRecords } from '@tongban/domain/exchange';
import { canonicalJson, uuidv7, type Instant, type Json } from '@tongban/kernel';
import type { Objection } from '../carrier.js';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { readTasks, saveTask, type TaskReport } from '../store/task-store.js';
import { scopeOf } from './refresh.js';

const mostTasksPerRound = 200;

/** Brings the catalogue into the province's tables, where the platform has such tables: each item once per change. */
export class TaskExporter {
  private nextAt: Instant = 0;

  constructor(private readonly tools: ExchangeTools) {}

  /** True when there may be more at once. */
  async export(): Promise<boolean> {
    const { tasks, carrier, clock, transactor } = this.tools;
    if (tasks === undefined || carrier.writeTask === undefined || clock.now() < this.nextAt) return false;
    this.nextAt = clock.now() + limitsOf(this.tools).tasksEveryMs;
    const before = await transactor.run((sql) => readTasks(sql, scopeOf(this.tools)));
    let written = 0;
    for (const task of tasks.published()) {
      if (await this.exportTask(task, before)) written++;
      if (written < mostTasksPerRound) continue;
      this.nextAt = 0;
      return true;
    }
    return false;
  }

  /** True when the item was written. A failed one is tried again with the next look at the catalogue. */
  private async exportTask(task: TaskForExchange, all: ReadonlyMap<string, TaskReport>): Promise<boolean> {
    const { tools } = this;
    const records = taskRecords(task, tools.profile);
    const before = all.get(records.key);
    const { version } = task.item;
    const digest = digestOf(records);
    if (digest === null) {
      const { batch, rows, problems } = before ?? nothing;
      const held: TaskReport = {
        ...{ key: records.key, version, batch, rows, problems },
        stage: 'held',
        digest,
        held: records.held,
      };
      if (!same(before, held)) await this.save(held);
      return false;
    }
    if (before?.digest === digest && before.stage !== 'failed') return false;
    const now = tools.clock.now();
    const batch = uuidv7(tools.clock, tools.random);
    const rows = records.ready.map(({ table, rowGuid }) => ({ table, rowGuid }));
    const trouble = await tools.carrier.writeTask!({ batch, now, rows: records.ready, before: before?.rows ?? [] });
    const all_ = { key: records.key, version, batch, held: [] };
    if (trouble === undefined) await this.save({ ...all_, digest, rows, stage: 'written', problems: [] });
    else {
      const problems = [{ code: trouble, field: '', message: '前置库未能写入' }];
      await this.save({ ...all_, digest: null, rows: before?.rows ?? [], stage: 'failed', problems });
    }
    return trouble === undefined;
  }

  private save(task: TaskReport): Promise<void> {
    const { transactor, clock } = this.tools;
    return transactor.run((sql) => saveTask(sql, scopeOf(this.tools), task, clock.now()));
  }
}

const nothing = { batch: null, rows: [], problems: [] } as const;

const same = (before: TaskReport | undefined, after: TaskReport): boolean =>
  before?.stage === after.stage &&
  before.version === after.version &&
  canonicalJson(before.held as unknown as Json) === canonicalJson(after.held as unknown as Json);

const digestOf = ({ ready }: TaskRecords): string | null =>
  ready.length === 0
    ? null
    : createHash('sha256')
        .update(canonicalJson(ready as unknown as Json))
        .digest('hex');

/** The item with what the province objects to in its newest batch. */
export function rejectedTask(task: TaskReport, objections: readonly Objection[]): TaskReport {
  const problems = objections.map(({ code, field, message }) => ({ code, field, message }));
  return { ...task, stage: 'rejected', problems };
}
