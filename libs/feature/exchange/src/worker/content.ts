import {
  contentDigest,
  toRecords,
  type ExchangeProfile,
  type ExchangeRecord,
  type HeldField,
  type ReportEvent,
} from '@tongban/domain/exchange';
import { readEntries, viewOf, type Entry } from '@tongban/journal';
import type { Instant, JsonObject, Uuid } from '@tongban/kernel';
import { caseForExchange, competentNode, isReportable } from '../adapter/case-for-exchange.js';
import type { ExchangeTools, FeedRow } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { queryPasswordOf } from '../store/query-password-store.js';
import { withProvinceNumber } from './numbers.js';
import type { Report } from '../store/report-store.js';

/** A case as it would be reported now. */
export interface CaseContent {
  readonly held: readonly HeldField[];
  readonly records: readonly ExchangeRecord[];
  /** Digest of `records`; null when there is nothing to send. */
  readonly content: string | null;
  readonly row: FeedRow;
}

/** Reads the journal of a case and makes its rows; undefined when the node does not hold the case. */
export async function readContent(tools: ExchangeTools, record: Uuid): Promise<CaseContent | undefined> {
  const { transactor, cases, node } = tools;
  const found = await transactor.run(async (sql) => {
    const row = await cases.find(sql, node, record);
    return row === undefined
      ? undefined
      : { row, entries: isReportable(row.state) ? await readEntries(sql, node, record) : [] };
  });
  if (found === undefined) return undefined;
  const { row } = found;
  if (!isReportable(row.state)) return { row, records: [], held: [], content: null };
  // The journal may have been read a moment after the state: both have to say the same.
  const entries = found.entries.filter(({ seq }) => seq <= row.seq);
  const { state } = row;
  const joined = caseForExchange({
    ...{ record, state },
    entries: entries.map(viewOf),
    opened: await openParts(tools, entries),
    department: tools.departments.find(competentNode(state), state.item.department),
    materialNames: await tools.departments.materialNames(competentNode(state), state.item.code, state.item.version),
  });
  const numbered = await withProvinceNumber(tools, joined);
  const from = wantsPassword(tools.profile)
    ? { ...numbered, queryPassword: await queryPasswordOf(tools, record) }
    : numbered;
  const { ready, held } = toRecords(from, tools.profile, await tools.carrier.obstacles?.(tools.clock.now()));
  return { row, records: ready, held, content: contentDigest(ready) };
}

const wantsPassword = ({ layouts }: ExchangeProfile): boolean =>
  layouts.application?.columns.some(({ from }) => from === 'queryPassword') === true;

/** A part that cannot be opened here is as good as missing: what it held is named in the report. */
export async function openParts({ parts, log }: ExchangeTools, entries: readonly Entry[]) {
  const opened = new Map<number, JsonObject>();
  for (const { seq, sealed, record } of entries) {
    if (sealed === undefined) continue;
    try {
      const part = await parts.open(sealed);
      if (part.ok) opened.set(seq, part.value);
      else log('warn', 'a sealed part is not for the gateway', { record, seq, code: part.refusal.code });
    } catch (error) {
      log('warn', 'a sealed part could not be opened', { record, seq, reason: reasonOf(error) });
    }
  }
  return opened;
}

/** What the machine of a report hears of a case: a correction that it has not heard of, or its content. */
export function contentEvent(
  report: Report,
  { row, content, held }: CaseContent,
  now: Instant,
  asked = false,
): ReportEvent {
  const corrected = asked || row.state.corrections.length > report.corrections;
  return { type: corrected ? 'corrected' : 'built', content, held, now };
}

/** The report with everything that a case's content says of it. */
export const withContent = (report: Report, { row }: CaseContent): Report => ({
  ...report,
  caseSeq: row.seq,
  corrections: row.state.corrections.length,
  closed: row.state.status === 'closed',
  trouble: null,
  item: row.state.item.code,
  department: row.state.item.department,
  owner: row.state.owner,
});
