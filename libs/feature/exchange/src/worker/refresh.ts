import { advanceReport, defaultReportPolicy, type ReportState } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { ensureReport, lockReports, postpone, saveReport, type Report } from '../store/report-store.js';
import type { Scope } from '../store/scope.js';
import { contentEvent, readContent, withContent, type CaseContent } from './content.js';

export const scopeOf = ({ node, profile }: ExchangeTools): Scope => ({ node, profile: profile.name });

export const policyOf = ({ reportPolicy }: ExchangeTools) => reportPolicy ?? defaultReportPolicy;

/** When a report in a state wants to be looked at again without anything happening. */
export function nextLook(tools: ExchangeTools, state: ReportState, now: Instant): Instant | null {
  if (state.name === 'pending') return state.sendAt;
  return state.name === 'held' ? now + limitsOf(tools).heldRecheckMs : null;
}

/**
 * Brings the report of a case up to its content. What goes wrong with one case is kept with its report and tried again
 * later; it does not stop the others.
 */
export async function refreshReport(tools: ExchangeTools, record: Uuid): Promise<void> {
  const { transactor, clock } = tools;
  const scope = scopeOf(tools);
  try {
    const content = await readContent(tools, record);
    if (content !== undefined) await transactor.run((sql) => applyContent(tools, sql, content, clock.now()));
  } catch (error) {
    const reason = reasonOf(error);
    tools.log('error', 'a case could not be prepared for the province', { record, reason });
    await transactor.run(async (sql) => {
      const row = await tools.cases.find(sql, tools.node, record);
      if (row === undefined) return;
      const now = clock.now();
      await ensureReport(sql, scope, { record, number: row.state.number, intake: row.state.intake }, now);
      await postpone(sql, scope, record, now + limitsOf(tools).heldRecheckMs, reason);
    });
  }
}

/** `asked`: a person wants it sent again although nothing has changed. */
export async function applyContent(
  tools: ExchangeTools,
  sql: Sql,
  content: CaseContent,
  now: Instant,
  asked = false,
): Promise<Report | undefined> {
  const scope = scopeOf(tools);
  const { record, state } = content.row;
  await ensureReport(sql, scope, { record, number: state.number, intake: state.intake }, now);
  const before = (await lockReports(sql, scope, [record])).get(record)!;
  // Somebody else has read more of the journal meanwhile.
  if (before.caseSeq > content.row.seq) return undefined;
  const step = advanceReport(before.state, contentEvent(before, content, now, asked), policyOf(tools));
  const after = {
    ...withContent(before, content),
    state: step.state,
    nextAt: nextLook(tools, step.state, now),
  };
  await saveReport(sql, scope, before, after, now);
  return after;
}
