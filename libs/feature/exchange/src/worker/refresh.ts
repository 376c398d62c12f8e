import { advanceReport, defaultReportPolicy, type ReportState } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { ensureReports, lockReports, postpone, saveReports, type Report } from '../store/report-store.js';
import type { Scope } from '../store/scope.js';
import { contentEvent, readContents, withContent, type CaseContent } from './content.js';

export const scopeOf = ({ node, profile }: ExchangeTools): Scope => ({ node, profile: profile.name });

export const policyOf = ({ reportPolicy }: ExchangeTools) => reportPolicy ?? defaultReportPolicy;

/** When a report in a state wants to be looked at again without anything happening. */
export function nextLook(tools: ExchangeTools, state: ReportState, now: Instant): Instant | null {
  if (state.name === 'pending') return state.sendAt;
  return state.name === 'held' ? now + limitsOf(tools).heldRecheckMs : null;
}

/**
 * Brings the reports of cases up to their content. What goes wrong with one case is kept with its report and tried again
 * later; it does not stop the others.
 */
export async function refreshReports(tools: ExchangeTools, records: readonly Uuid[]): Promise<void> {
  const { made, failed } = await readContents(tools, records);
  for (const { record, reason } of failed) await keepTrouble(tools, record, reason);
  try {
    await apply(tools, made);
  } catch {
    // One of them spoils the transaction of all.
    for (const content of made)
      await apply(tools, [content]).catch((error: unknown) => keepTrouble(tools, content.row.record, reasonOf(error)));
  }
}

const apply = (tools: ExchangeTools, contents: readonly CaseContent[]): Promise<unknown> =>
  tools.transactor.run((sql) => applyContents(tools, sql, contents, tools.clock.now()));

/** The case is looked at again later. */
export async function keepTrouble(tools: ExchangeTools, record: Uuid, reason: string): Promise<void> {
  const scope = scopeOf(tools);
  tools.log('error', 'a case could not be prepared for the province', { record, reason });
  await tools.transactor.run(async (sql) => {
    const [row] = await tools.cases.find(sql, tools.node, [record]);
    if (row === undefined) return;
    const now = tools.clock.now();
    await ensureReports(sql, scope, [{ record, number: row.state.number, intake: row.state.intake }], now);
    await postpone(sql, scope, record, now + limitsOf(tools).heldRecheckMs, reason);
  });
}

/** `asked`: a person wants it sent again although nothing has changed. Undefined when more of its journal is known. */
export async function applyContent(
  tools: ExchangeTools,
  sql: Sql,
  content: CaseContent,
  now: Instant,
  asked = false,
): Promise<Report | undefined> {
  const [after] = await applyContents(tools, sql, [content], now, asked);
  return after;
}

async function applyContents(
  tools: ExchangeTools,
  sql: Sql,
  contents: readonly CaseContent[],
  now: Instant,
  asked = false,
): Promise<Report[]> {
  if (contents.length === 0) return [];
  const scope = scopeOf(tools);
  const cases = contents.map(({ row: { record, state } }) => ({ record, number: state.number, intake: state.intake }));
  await ensureReports(sql, scope, cases, now);
  const reports = await lockReports(
    sql,
    scope,
    cases.map(({ record }) => record),
  );
  const changes = contents.flatMap((content) => {
    const before = reports.get(content.row.record)!;
    // Somebody else has read more of the journal meanwhile.
    if (before.caseSeq > content.row.seq) return [];
    const { state } = advanceReport(before.state, contentEvent(before, content, now, asked), policyOf(tools));
    return { before, after: { ...withContent(before, content), state, nextAt: nextLook(tools, state, now) } };
  });
  await saveReports(sql, scope, changes, now);
  return changes.map(({ after }) => after);
}
