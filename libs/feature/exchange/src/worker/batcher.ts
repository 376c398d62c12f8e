import { createHash } from 'node:crypto';
import {
  advanceReport,
  batchBody,
  encodeBatch,
  packCases,
  type CaseSubmission,
  type ReportState,
} from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import { uuidv7, type Instant, type Uuid } from '@tongban/kernel';
import { limitsOf, rollOf, type ExchangeTools } from '../ports.js';
import { knownKeys } from '../store/answer-store.js';
import { countOpenBatches, insertBatch } from '../store/batch-store.js';
import {
  dueReports,
  lockReports,
  postpone,
  saveReports,
  type Report,
  type ReportChange,
} from '../store/report-store.js';
import { contentEvent, readContents, withContent, type CaseContent } from './content.js';
import { sealBody } from './sealed-body.js';
import { nextLook, policyOf, keepTrouble, scopeOf } from './refresh.js';

/** A report that the machine wants sent. */
interface Outgoing {
  readonly before: Report;
  /** Brought up to the content, not yet sent. */
  readonly ready: Report;
  readonly sent: ReportState;
  readonly submission: CaseSubmission;
}

/**
 * Looks at the reports that are due: held ones are tried again, pending ones go into new batches, which are written
 * together with the state `sent`. True when there may be more.
 */
export async function formBatches(tools: ExchangeTools, permitted: boolean): Promise<boolean> {
  const { transactor, clock } = tools;
  const scope = scopeOf(tools);
  const { openBatchesMax, dueCasesPerRound } = limitsOf(tools);
  const { due, open } = await transactor.run(async (sql) => ({
    due: await dueReports(sql, scope, clock.now(), dueCasesPerRound),
    open: await countOpenBatches(sql, scope),
  }));
  if (due.length === 0 || open >= openBatchesMax || !permitted) return false;
  const { made, failed } = await readContents(tools, due);
  for (const { record, reason } of failed) await keepTrouble(tools, record, reason);
  const held = new Set([...failed.map(({ record }) => record), ...made.map(({ row }) => row.record)]);
  for (const record of due) if (!held.has(record)) await postponeUnheld(tools, record);
  await transactor.run((sql) => writeBatches(tools, sql, made, clock.now()));
  return due.length === dueCasesPerRound;
}

function postponeUnheld(tools: ExchangeTools, record: Uuid): Promise<void> {
  const at = tools.clock.now() + limitsOf(tools).heldRecheckMs;
  return tools.transactor.run((sql) => postpone(sql, scopeOf(tools), record, at, 'the node does not hold the case'));
}

async function writeBatches(
  tools: ExchangeTools,
  sql: Sql,
  contents: readonly CaseContent[],
  now: Instant,
): Promise<void> {
  const scope = scopeOf(tools);
  const reports = await lockReports(
    sql,
    scope,
    contents.map(({ row }) => row.record),
  );
  const known = await knownKeys(sql, scope, [...reports.keys()]);
  const outgoing = new Map<CaseSubmission, Outgoing>();
  const waiting: ReportChange[] = [];
  for (const content of contents) {
    const report = reports.get(content.row.record);
    if (report === undefined || report.batch !== null || report.caseSeq > content.row.seq) continue;
    const wanted = advanceDue(tools, report, content, known.get(report.record) ?? new Set(), now);
    if ('after' in wanted) waiting.push(wanted);
    else outgoing.set(wanted.submission, wanted);
  }
  await saveReports(sql, scope, waiting, now);
  const wanted = [...outgoing.values()];
  const submissionsOf = (alone: boolean): CaseSubmission[] =>
    wanted.filter(({ ready }) => ready.alone === alone).map(({ submission }) => submission);
  const groups = [...packCases(submissionsOf(false)), ...submissionsOf(true).map((submission) => [submission])];
  for (const group of groups) {
    const members = group.map((submission) => outgoing.get(submission)!);
    await writeBatch(tools, sql, members, now);
  }
}

/** The content first, then the time: how the report stands when it is not to be sent now. */
function advanceDue(
  tools: ExchangeTools,
  before: Report,
  content: CaseContent,
  known: ReadonlySet<string>,
  now: Instant,
): Outgoing | ReportChange {
  const policy = policyOf(tools);
  const built = advanceReport(before.state, contentEvent(before, content, now), policy).state;
  const tick = { type: 'tick', now, permitted: true, roll: rollOf(tools.random) } as const;
  const step = advanceReport(built, tick, policy);
  const ready = { ...withContent(before, content), state: built, nextAt: nextLook(tools, built, now) };
  const send = step.effects.find((effect) => effect.type === 'send');
  if (send === undefined) return { before, after: ready };
  const submission = { dataVersion: send.dataVersion, records: content.records, known };
  return { before, ready, sent: step.state, submission };
}

async function writeBatch(tools: ExchangeTools, sql: Sql, members: readonly Outgoing[], now: Instant): Promise<void> {
  const scope = scopeOf(tools);
  const id = uuidv7(tools.clock, tools.random);
  const submissions = members.map(({ submission }) => submission);
  const body = batchBody(id, tools.profile, now, submissions);
  if (!body.ok) {
    const nextAt = now + limitsOf(tools).heldRecheckMs;
    const trouble = body.refusal.detail;
    const put = members.map(({ before, ready }) => ({ before, after: { ...ready, nextAt, trouble } }));
    await saveReports(sql, scope, put, now);
    return;
  }
  const bytes = encodeBatch(body.value);
  const cases = members.map(({ before, ready, submission }) => ({
    record: before.record,
    dataVersion: submission.dataVersion,
    closed: ready.closed,
    businessKeys: submission.records.map(({ businessKey }) => businessKey),
  }));
  const bodyDigest = createHash('sha256').update(bytes).digest();
  await insertBatch(sql, scope, { id, body: await sealBody(tools, bytes), bodyDigest, cases }, now);
  const under = members.map(({ before, ready, sent }) => ({
    before,
    after: { ...ready, state: sent, nextAt: null, batch: id },
  }));
  await saveReports(sql, scope, under, now);
}
