import {
  contentDigest,
  toRecords,
  type ExchangeProfile,
  type ExchangeRecord,
  type HeldField,
  type ReportEvent,
} from '@tongban/domain/exchange';
import { readEntriesOf, viewOf, type Entry } from '@tongban/journal';
import type { Instant, JsonObject, Uuid } from '@tongban/kernel';
import { caseForExchange, competentNode, isReportable } from '../adapter/case-for-exchange.js';
import { limitsOf, type ExchangeTools, type FeedRow } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { queryPasswordOf } from '../store/query-password-store.js';
import { withProvinceNumber } from './numbers.js';
import { sideBySide } from './side-by-side.js';
import type { Report } from '../store/report-store.js';

/** A case as it would be reported now. */
export interface CaseContent {
  readonly held: readonly HeldField[];
  readonly records: readonly ExchangeRecord[];
  /** Digest of `records`; null when there is nothing to send. */
  readonly content: string | null;
  readonly row: FeedRow;
}

interface CaseJournal {
  readonly row: FeedRow;
  readonly entries: readonly Entry[];
}

/** Reads the journal of a case and makes its rows; undefined when the node does not hold the case. */
export async function readContent(tools: ExchangeTools, record: Uuid): Promise<CaseContent | undefined> {
  const [journal] = await readJournals(tools, [record]);
  return journal === undefined ? undefined : contentOf(tools, journal);
}

export interface CaseContents {
  readonly made: readonly CaseContent[];
  /** Cases whose rows cannot be made now, and why. */
  readonly failed: readonly { readonly record: Uuid; readonly reason: string }[];
}

/** As `readContent` for many; what the node does not hold is left out. */
export async function readContents(tools: ExchangeTools, records: readonly Uuid[]): Promise<CaseContents> {
  const { casesAtOnce, journalsPerRead } = limitsOf(tools);
  const made: CaseContent[] = [];
  const failed: { record: Uuid; reason: string }[] = [];
  for (let first = 0; first < records.length; first += journalsPerRead) {
    const journals = await readJournals(tools, records.slice(first, first + journalsPerRead));
    await sideBySide(journals, casesAtOnce, async (journal) => {
      try {
        made.push(await contentOf(tools, journal));
      } catch (error) {
        failed.push({ record: journal.row.record, reason: reasonOf(error) });
      }
    });
  }
  return { made, failed };
}

/** Of a case that is not for the province only its state is read. */
function readJournals({ transactor, cases, node }: ExchangeTools, records: readonly Uuid[]): Promise<CaseJournal[]> {
  return transactor.run(async (sql) => {
    const rows = await cases.find(sql, node, records);
    const reportable = rows.filter(({ state }) => isReportable(state)).map(({ record }) => record);
    const entries = reportable.length === 0 ? undefined : await readEntriesOf(sql, node, reportable);
    return rows.map((row) => ({ row, entries: entries?.get(row.record) ?? [] }));
  });
}

async function contentOf(tools: ExchangeTools, { row, entries: read }: CaseJournal): Promise<CaseContent> {
  const { record, state } = row;
  if (!isReportable(state)) return { row, records: [], held: [], content: null };
  // The journal may have been read a moment after the state: both have to say the same.
  const entries = read.filter(({ seq }) => seq <= row.seq);
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
