import { createHash } from 'node:crypto';
import { taskKey, taskRecords, type TaskForExchange, type TaskRecords } from '@tongban/domain/exchange';
import { canonicalJson, uuidv7, type Instant, type Json } from '@tongban/kernel';
import type { Objection } from '../carrier.js';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { readTasks, saveTask, type TaskReport } from '../store/task-store.js';
import { scopeOf } from './refresh.js';

const mostTasksPerRound = 200;

/** Brings the catalogue into the province's tables, where the platform has such tables: each item once per change. */
export class TaskExporter {
  private nextAt: Instant = 0;
  /** What the last look did not find: a catalogue that is still being read must not look like one that is empty. */
  private missing: ReadonlySet<string> = new Set();

  constructor(private readonly tools: ExchangeTools) {}

  /** True when there may be more at once. */
  async export(): Promise<boolean> {
    const { tasks, carrier, clock, transactor } = this.tools;
    if (tasks === undefined || carrier.writeTask === undefined || clock.now() < this.nextAt) return false;
    this.nextAt = clock.now() + limitsOf(this.tools).tasksEveryMs;
    const before = await transactor.run((sql) => readTasks(sql, scopeOf(this.tools)));
    const published = new Set<string>();
    let written = 0;
    for (const task of tasks.published()) {
      published.add(taskKey(task));
      if (await this.exportTask(task, before)) written++;
      if (written < mostTasksPerRound) continue;
      this.nextAt = 0;
      return true;
    }
    await this.withdrawMissing(before, published);
    return false;
  }

  /** Marks the rows of items that are not published any more, once two looks in a row have not found them. */
  private async withdrawMissing(all: ReadonlyMap<string, TaskReport>, published: ReadonlySet<string>): Promise<void> {
    const gone = [...all.values()].filter(
      ({ key, stage, rows }) => stage !== 'withdrawn' && rows.length > 0 && !published.has(key),
    );
    const due = gone.filter(({ key }) => this.missing.has(key));
    this.missing = new Set(published.size === 0 ? [] : gone.map(({ key }) => key));
    if (published.size === 0) return;
    for (const task of due.slice(0, mostTasksPerRound)) await this.withdraw(task);
  }

  private async withdraw(task: TaskReport): Promise<void> {
    const { carrier, clock, random } = this.tools;
    const batch = uuidv7(clock, random);
    const trouble = await carrier.writeTask!({ batch, now: clock.now(), rows: [], before: task.rows });
    const after = { ...task, batch, digest: null, held: [] };
    await this.save(
      trouble === undefined
        ? { ...after, stage: 'withdrawn', problems: [] }
        : { ...after, stage: 'failed', problems: [notWritten(trouble)] },
    );
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
      const problems = [notWritten(trouble)];
      await this.save({ ...all_, digest: null, rows: before?.rows ?? [], stage: 'failed', problems });
    }
    return trouble === undefined;
  }

  private save(task: TaskReport): Promise<void> {
    const { transactor, clock } = this.tools;
    return transactor.run((sql) => saveTask(sql, scopeOf(this.tools), task, clock.now()));
  }
}

const notWritten = (code: string) => ({ code, field: '', message: '前置库未能写入' });

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
