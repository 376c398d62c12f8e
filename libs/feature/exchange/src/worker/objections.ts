import { advanceReport, discreet, rowGuid } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import type { Objection } from '../carrier.js';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { findSettledBatch, type BatchCase } from '../store/batch-store.js';
import {
  insertObjections,
  keptObjections,
  objectionKey,
  readObjectionPosition,
  saveObjectionPosition,
  type RowObjection,
} from '../store/objection-store.js';
import { insertNotes, newestOutcomes, type NewNote } from '../store/note-store.js';
import { lockReports, saveReports, type ReportChange } from '../store/report-store.js';
import type { Scope } from '../store/scope.js';
import { findTaskOfBatch, saveTask } from '../store/task-store.js';
import { discretion } from './discretion.js';
import { nextLook, policyOf, scopeOf } from './refresh.js';
import { wantedNotes } from './settle.js';
import { rejectedTask } from './task-exporter.js';

/** Reads what the province's quality check finds after a batch was settled, and takes the acknowledgement back. */
export class ObjectionReader {
  private nextAt: Instant = 0;

  constructor(private readonly tools: ExchangeTools) {}

  /** True when there may be more at once. A platform that cannot be reached is asked again later. */
  async read(): Promise<boolean> {
    const { carrier, clock, transactor, log } = this.tools;
    const { objectionsEveryMs, objectionsAtOnce } = limitsOf(this.tools);
    if (carrier.objections === undefined || clock.now() < this.nextAt) return false;
    this.nextAt = clock.now() + objectionsEveryMs;
    const scope = scopeOf(this.tools);
    try {
      const before = await transactor.run((sql) => readObjectionPosition(sql, scope));
      const { found, position, more } = await carrier.objections(before, objectionsAtOnce);
      for (const [batch, objections] of byBatch(found)) await this.takeBack(batch, objections);
      // After the work: a crash before this line has them read again, which changes nothing.
      if (position !== before) await transactor.run((sql) => saveObjectionPosition(sql, scope, position));
      if (!more) return false;
      this.nextAt = 0;
      return position !== before;
    } catch (error) {
      log('warn', "the province's objections could not be read", { reason: reasonOf(error) });
      return false;
    }
  }

  private async takeBack(batch: Uuid, objections: readonly Objection[]): Promise<void> {
    const { transactor, clock } = this.tools;
    const fresh = await transactor.run((sql) => unkept(sql, scopeOf(this.tools), batch, objections));
    if (fresh.length === 0) return;
    const say = discretion(this.tools);
    const told: Objection[] = [];
    for (const { objection, row } of fresh) {
      const message = row === undefined ? discreet(objection.message, []) : await say(row.record, objection.message);
      told.push({ ...objection, message });
    }
    await transactor.run((sql) => takeBack(this.tools, sql, batch, told, clock.now()));
  }
}

interface AboutRow {
  readonly objection: Objection;
  readonly row: RowObjection | undefined;
}

/** The objections that are not kept yet: what is new is read again for a while, and no case is opened for it twice. */
async function unkept(
  sql: Sql,
  scope: Scope,
  batch: Uuid,
  objections: readonly Objection[],
): Promise<readonly AboutRow[]> {
  const cases = await findSettledBatch(sql, scope, batch);
  // A batch that is still open is asked for by its carrier, with everything that is objected to in it.
  if (cases === 'open') return [];
  const about = objections.map((objection) => ({ objection, row: rowOf(cases, objection) }));
  const keys = about.flatMap(({ row }) => (row === undefined ? [] : [row.businessKey]));
  const kept = await keptObjections(sql, scope, keys);
  return about.filter(({ row }) => row === undefined || !kept.has(objectionKey(row)));
}

function byBatch(found: readonly Objection[]): Map<Uuid, Objection[]> {
  const groups = new Map<Uuid, Objection[]>();
  for (const objection of found) groups.set(objection.batch, [...(groups.get(objection.batch) ?? []), objection]);
  return groups;
}

/** The row of ours that an objection is about; undefined when the batch has no such row. */
function rowOf(cases: readonly BatchCase[], objection: Objection): RowObjection | undefined {
  for (const { record, dataVersion, businessKeys } of cases) {
    const businessKey = businessKeys.find((key) => rowGuid(record, key) === objection.rowGuid);
    if (businessKey === undefined) continue;
    const { code, field, message } = objection;
    return { record, businessKey, dataVersion, code, field, message };
  }
  return undefined;
}

async function takeBack(
  tools: ExchangeTools,
  sql: Sql,
  batch: Uuid,
  objections: readonly Objection[],
  now: Instant,
): Promise<void> {
  const scope = scopeOf(tools);
  const cases = await findSettledBatch(sql, scope, batch);
  if (cases === 'open') return;
  const task = cases.length === 0 ? await findTaskOfBatch(sql, scope, batch) : undefined;
  if (task !== undefined) return saveTask(sql, scope, rejectedTask(task, objections), now);
  const rows = objections.flatMap((objection) => rowOf(cases, objection) ?? []);
  if (rows.length < objections.length)
    tools.log('warn', 'the province objects to rows that were never sent', {
      batch,
      rows: objections.length - rows.length,
    });
  const fresh = await insertObjections(sql, scope, rows, now);
  const records = [...new Set(fresh.map(({ record }) => record))];
  const reports = await lockReports(sql, scope, records);
  const last = await newestOutcomes(sql, scope, records);
  const notes: NewNote[] = [];
  const changes: ReportChange[] = [];
  for (const report of reports.values()) {
    const own = fresh.filter(({ record }) => record === report.record);
    const { dataVersion } = own[0]!;
    const problems = own.map(({ code, field, message }) => ({ code, field, message }));
    const answer = { outcome: 'rejected', problems } as const;
    const step = advanceReport(report.state, { type: 'answered', dataVersion, now, answer }, policyOf(tools));
    notes.push(...wantedNotes(report, step.effects, last.get(report.record)));
    const after = { ...report, state: step.state, nextAt: nextLook(tools, step.state, now) };
    changes.push({ before: report, after });
  }
  await insertNotes(sql, scope, notes, now);
  await saveReports(sql, scope, changes, now);
}
