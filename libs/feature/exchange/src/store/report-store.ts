import { newReport, type ReportState } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode, Uuid } from '@tongban/kernel';
import { iso, isoOrNull, type Scope } from './scope.js';

/** The states as operators know them; `idle` is a report of a case that has nothing to report yet. */
export const stages = ['idle', 'pending', 'sent', 'held', 'acknowledged', 'rejected'] as const;
export type Stage = (typeof stages)[number];

export const stageOf = (state: ReportState): Stage =>
  state.name === 'pending' && state.content === null ? 'idle' : state.name;

export interface Report {
  readonly record: Uuid;
  readonly number: string;
  readonly intake: NodeCode;
  readonly state: ReportState;
  /** Since when it has been where it is; waiting to be sent and waiting for the answer are one. */
  readonly since: Instant;
  /** When it is looked at again although nothing happened; null for never. */
  readonly nextAt: Instant | null;
  /** Newest entry of the case that the state takes into account; 0 before the first. */
  readonly caseSeq: number;
  /** Corrections of the case that have been taken into account. */
  readonly corrections: number;
  readonly closed: boolean;
  /** The unanswered batch that carries it. */
  readonly batch: Uuid | null;
  /** Its last batch was refused as a whole: it goes out by itself, so that it cannot spoil others. */
  readonly alone: boolean;
  readonly trouble: string | null;
  /** Base code of the item, id of its department, and who owns the case; null until the case has been read. */
  readonly item: string | null;
  readonly department: string | null;
  readonly owner: NodeCode | null;
}

export interface ReportRow {
  readonly record: Uuid;
  readonly number: string;
  readonly intake: NodeCode;
  readonly state: ReportState;
  readonly since: Date;
  readonly next_at: Date | null;
  readonly case_seq: number;
  readonly corrections: number;
  readonly closed: boolean;
  readonly batch: Uuid | null;
  readonly alone: boolean;
  readonly trouble: string | null;
  readonly item: string | null;
  readonly department: string | null;
  readonly owner: NodeCode | null;
}

export const reportColumns =
  'record, number, intake, state, since, next_at, case_seq, corrections, closed, batch, alone, trouble, item, department, owner';

export const reportOf = (row: ReportRow): Report => ({
  ...{ record: row.record, number: row.number, intake: row.intake, state: row.state },
  ...{ since: row.since.getTime(), nextAt: row.next_at?.getTime() ?? null },
  ...{ caseSeq: row.case_seq, corrections: row.corrections, closed: row.closed },
  ...{ batch: row.batch, alone: row.alone, trouble: row.trouble },
  ...{ item: row.item, department: row.department, owner: row.owner },
});

/** Makes idle reports of cases that have none, so that there are rows to lock; in the order in which they are locked. */
export async function ensureReports(
  sql: Sql,
  { node, profile }: Scope,
  cases: readonly Pick<Report, 'record' | 'number' | 'intake'>[],
  now: Instant,
): Promise<void> {
  await sql.query(
    `insert into exchange_report (node, profile, record, number, intake, stage, since, data_version, content, state,
       case_seq, corrections, closed, alone)
     select $1, $2, record, number, intake, 'idle', $3, 0, null, $4, 0, 0, false, false
       from json_to_recordset($5::json) as u(record uuid, number text, intake text) order by record
     on conflict on constraint exchange_report_pk do nothing`,
    [node, profile, iso(now), JSON.stringify(newReport), JSON.stringify(cases)],
  );
}

/** The reports of these cases, locked to the commit in an order that cannot deadlock. */
export async function lockReports(
  sql: Sql,
  { node, profile }: Scope,
  records: readonly Uuid[],
): Promise<Map<Uuid, Report>> {
  const rows = await sql.query<ReportRow>(
    `select ${reportColumns} from exchange_report where node = $1 and profile = $2 and record = any($3)
      order by record for update`,
    [node, profile, records],
  );
  return new Map(rows.map((row) => [row.record, reportOf(row)]));
}

const isOutstanding = (stage: Stage): boolean => stage === 'pending' || stage === 'sent';

/** A report that changes; `before` is the locked row. */
export interface ReportChange {
  readonly before: Report;
  readonly after: Report;
}

/** The row as it is to be; `since` goes on where the stage does. */
function changedRow({ before, after }: ReportChange, now: Instant) {
  const [was, is] = [stageOf(before.state), stageOf(after.state)];
  const since = was === is || (isOutstanding(was) && isOutstanding(is)) ? before.since : now;
  const { record, state, corrections, closed, batch, alone, trouble, item, department, owner } = after;
  return {
    ...{ record, corrections, closed, batch, alone, trouble, item, department, owner },
    ...{ stage: is, since: iso(since), data_version: state.dataVersion, content: state.content, state },
    ...{ next_at: isoOrNull(after.nextAt), case_seq: after.caseSeq },
  };
}

/** All of them in one statement. */
export async function saveReports(
  sql: Sql,
  { node, profile }: Scope,
  changes: readonly ReportChange[],
  now: Instant,
): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `update exchange_report r set stage = u.stage, since = u.since, data_version = u.data_version, content = u.content,
       state = u.state, next_at = u.next_at, case_seq = u.case_seq, corrections = u.corrections, closed = u.closed,
       batch = u.batch, alone = u.alone, trouble = u.trouble, item = u.item, department = u.department, owner = u.owner
       from json_to_recordset($3::json) as u(record uuid, stage text, since timestamptz, data_version int, content text,
         state json, next_at timestamptz, case_seq int, corrections int, closed boolean, batch uuid, alone boolean,
         trouble text, item text, department text, owner text)
      where r.node = $1 and r.profile = $2 and r.record = u.record`,
    [node, profile, JSON.stringify(changes.map((change) => changedRow(change, now)))],
  );
}

/** Cases whose report is to be looked at now and is not in a batch on its way, longest due first. */
export async function dueReports(sql: Sql, { node, profile }: Scope, now: Instant, limit: number): Promise<Uuid[]> {
  const rows = await sql.query<{ record: Uuid }>(
    `select record from exchange_report
      where node = $1 and profile = $2 and next_at <= $3 and batch is null order by next_at, record limit $4`,
    [node, profile, iso(now), limit],
  );
  return rows.map(({ record }) => record);
}

/** Up to which entry each case has been taken into account; none where the report does not know its item. */
export async function seenSeqs(
  sql: Sql,
  { node, profile }: Scope,
  records: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, number>> {
  const rows = await sql.query<{ record: Uuid; case_seq: number }>(
    'select record, case_seq from exchange_report where node = $1 and profile = $2 and record = any($3) and item is not null',
    [node, profile, records],
  );
  return new Map(rows.map((row) => [row.record, row.case_seq]));
}

/** Has a case looked at again later, whatever its state: something about it could not be worked out now. */
export async function postpone(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid,
  nextAt: Instant,
  trouble: string,
): Promise<void> {
  await sql.query(
    `update exchange_report set next_at = $4, trouble = $5
      where node = $1 and profile = $2 and record = $3 and batch is null`,
    [node, profile, record, iso(nextAt), trouble],
  );
}

export interface ReportPosition {
  readonly since: string;
  readonly record: Uuid;
}

/** Longest in its stage first. `prefix` are the leading digits of the intakes that the reader may see. */
export async function listReports(
  sql: Sql,
  { node, profile }: Scope,
  {
    stage,
    prefix,
    after,
    limit,
  }: {
    readonly stage: Stage | undefined;
    readonly prefix: string;
    readonly after: ReportPosition | undefined;
    readonly limit: number;
  },
): Promise<Report[]> {
  const rows = await sql.query<ReportRow>(
    `select ${reportColumns} from exchange_report
      where node = $1 and profile = $2 and starts_with(intake, $3) and ($4::text is null or stage = $4)
        and ($5::timestamptz is null or (since, record) > ($5::timestamptz, $6::uuid))
      order by since, record limit $7`,
    [node, profile, prefix, stage ?? null, after?.since ?? null, after?.record ?? null, limit],
  );
  return rows.map(reportOf);
}
