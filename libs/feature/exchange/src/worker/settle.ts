import {
  advanceReport,
  caseAnswer,
  type AnsweredRecord,
  type RecordKind,
  type ReportAnswer,
  type ReportEffect,
  type ReportEvent,
} from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { rollOf, type ExchangeTools } from '../ports.js';
import type { Sending } from '../carrier.js';
import { insertAnswers } from '../store/answer-store.js';
import {
  lockOpenBatch,
  markAnswered,
  markFailed,
  markRefused,
  markWaiting,
  type BatchCase,
  type OpenBatch,
} from '../store/batch-store.js';
import { insertNotes, newestOutcomes, type NewNote } from '../store/note-store.js';
import { lockReports, saveReports, type Report, type ReportChange } from '../store/report-store.js';
import { nextLook, policyOf, scopeOf } from './refresh.js';

/** Alarms to be raised once the transaction has been committed. */
export interface Alarm {
  readonly record: Uuid;
  readonly attempts: number;
}

/** Writes down how a sending ended, for the batch and every case in it. A batch that was settled meanwhile is left alone. */
export async function settleSending(
  tools: ExchangeTools,
  sql: Sql,
  id: Uuid,
  /** `evidence`: the bytes of an answer, sealed for the node, as they came and as they were signed. */
  { sending, evidence }: { readonly sending: Sending; readonly evidence: string },
  amounts: ReadonlyMap<string, number>,
): Promise<Alarm[]> {
  const scope = scopeOf(tools);
  const now = tools.clock.now();
  const batch = await lockOpenBatch(sql, scope, id);
  if (batch === undefined) return [];
  if (sending.kind === 'waiting') {
    await markWaiting(sql, scope, id, now + sending.againMs);
    return [];
  }
  const reports = await lockReports(
    sql,
    scope,
    batch.cases.map(({ record }) => record),
  );
  const work: Settling = { tools, sql, batch, reports, now, amounts, evidence };
  if (sending.kind === 'answered') return settleAnswered(work, sending);
  return settleUnanswered(work, sending);
}

interface Settling {
  readonly tools: ExchangeTools;
  readonly sql: Sql;
  readonly batch: OpenBatch;
  readonly reports: ReadonlyMap<Uuid, Report>;
  readonly now: Instant;
  /** Fen of the fee rows, by business key. */
  readonly amounts: ReadonlyMap<string, number>;
  readonly evidence: string;
}

const kindOf = (businessKey: string): RecordKind => businessKey.split('/', 1)[0] as RecordKind;

async function settleAnswered(work: Settling, sending: Sending & { kind: 'answered' }): Promise<Alarm[]> {
  const { tools, sql, batch, reports, now } = work;
  const scope = scopeOf(tools);
  const { records, receivedAt } = sending.answer;
  await insertAnswers(sql, scope, batch.id, receivedAt, answersOf(batch, records, work.amounts));
  const members = batch.cases.map(({ record }) => record);
  const last = await newestOutcomes(sql, scope, members);
  const notes: NewNote[] = [];
  const changes: ReportChange[] = [];
  for (const member of batch.cases) {
    const report = reports.get(member.record)!;
    const rows = member.businessKeys.map((businessKey) => ({ businessKey }));
    const answer = caseAnswer(rows, records);
    const event: ReportEvent = { type: 'answered', dataVersion: member.dataVersion, now, answer };
    const step = advanceReport(report.state, event, policyOf(tools));
    notes.push(...wantedNotes(member, step.effects, last.get(member.record)));
    const after = { ...report, state: step.state, nextAt: nextLook(tools, step.state, now) };
    changes.push({ before: report, after: { ...after, batch: null, alone: false, trouble: null } });
  }
  await insertNotes(sql, scope, notes, now);
  await saveReports(sql, scope, changes, now);
  await markAnswered(sql, scope, batch.id, work.evidence, sending.signature, now);
  return [];
}

const answersOf = (
  { cases }: OpenBatch,
  answers: ReadonlyMap<string, AnsweredRecord>,
  amounts: ReadonlyMap<string, number>,
) =>
  cases.flatMap(({ record, businessKeys }) =>
    businessKeys.map((key) => ({
      kind: kindOf(key),
      record,
      answer: answers.get(key)!,
      amountFen: amounts.get(key) ?? 0,
    })),
  );

/** What the machine of a report wants written into the journal of its case; `last` is the outcome noted before. */
export const wantedNotes = (
  { record, closed }: Pick<BatchCase, 'record' | 'closed'>,
  effects: readonly ReportEffect[],
  last: ReportAnswer['outcome'] | undefined,
): NewNote[] =>
  effects.flatMap((effect) =>
    effect.type === 'record' && isWorthNoting(effect.answer, closed, last)
      ? [{ record, dataVersion: effect.dataVersion, answer: effect.answer }]
      : [],
  );

/**
 * The journal of a case hears of every reject, of what mends one, and of the acknowledgement of a case that has ended;
 * not of every step that the province took in on the way there.
 */
const isWorthNoting = (answer: ReportAnswer, closed: boolean, last: ReportAnswer['outcome'] | undefined): boolean =>
  answer.outcome === 'rejected' || closed || last === 'rejected';

/** `failed`: the same batch again later. `refused`: its cases are free again, and go alone if they were not. */
async function settleUnanswered(
  { tools, sql, batch, reports, now }: Settling,
  { kind, reason }: Sending & { kind: 'failed' | 'refused' },
): Promise<Alarm[]> {
  const scope = scopeOf(tools);
  const refused = kind === 'refused';
  const roll = rollOf(tools.random);
  const alarms: Alarm[] = [];
  const wakes: Instant[] = [];
  const changes: ReportChange[] = [];
  for (const { record, dataVersion } of batch.cases) {
    const report = reports.get(record)!;
    const { state, effects } = advanceReport(
      report.state,
      { type: 'sendFailed', dataVersion, now, roll },
      policyOf(tools),
    );
    for (const effect of effects) {
      if (effect.type === 'wake') wakes.push(effect.at);
      if (effect.type === 'alarm') alarms.push({ record, attempts: effect.attempts });
    }
    const after = { ...report, state, nextAt: nextLook(tools, state, now), trouble: reason };
    const freed = { ...after, batch: null, alone: true };
    changes.push({ before: report, after: refused ? freed : after });
  }
  await saveReports(sql, scope, changes, now);
  if (refused) await markRefused(sql, scope, batch.id, reason, now);
  else await markFailed(sql, scope, batch.id, nextTry(tools, batch, wakes, now), reason);
  return alarms;
}

/** With its first report; by the number of tries where all of them have moved on to newer content. */
function nextTry(tools: ExchangeTools, { tries }: OpenBatch, wakes: readonly Instant[], now: Instant): Instant {
  if (wakes.length > 0) return Math.min(...wakes);
  const { retryFirstMs, retryMaxMs } = policyOf(tools);
  return now + Math.min(retryFirstMs * 2 ** tries, retryMaxMs);
}
