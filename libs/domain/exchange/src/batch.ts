import { ok, refuse, type Instant, type Result, type Uuid } from '@tongban/kernel';
import { fenOf } from './cells.js';
import type { RecordKind } from './neutral.js';
import type { ExchangeProfile, ProfileName, SendingValue } from './profile.js';
import type { ExchangeRecord } from './records.js';
import { chinaDateTime } from './times.js';

/** What the province takes at once. */
export const maxBatchRecords = 500;

/** One case in a batch: its rows under one data version, and the keys the province already has. */
export interface CaseSubmission {
  readonly dataVersion: number;
  readonly records: readonly ExchangeRecord[];
  readonly known: ReadonlySet<string>;
}

export interface SubmittedRecord {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly columns: Readonly<Record<string, string | number>>;
}

export interface BatchBody {
  readonly batch: Uuid;
  readonly profile: ProfileName;
  readonly records: readonly SubmittedRecord[];
}

/** 同步类型: I for a row the province has not seen, U for one it replaces. */
const operation = (known: boolean): string => (known ? 'U' : 'I');

interface SendingOf {
  readonly batch: Uuid;
  readonly now: Instant;
  readonly dataVersion: number;
  readonly known: boolean;
}

function sendingValue(value: SendingValue, of: SendingOf, { timeStyle }: ExchangeProfile): string | number {
  if (typeof value === 'object') return value.always;
  if (value === 'batch') return of.batch.replaceAll('-', '');
  if (value === 'operation') return operation(of.known);
  return value === 'time' ? chinaDateTime(of.now, timeStyle) : of.dataVersion;
}

const sendingColumns = (profile: ExchangeProfile, of: SendingOf): Record<string, string | number> =>
  Object.fromEntries(Object.entries(profile.sending).map(([name, value]) => [name, sendingValue(value, of, profile)]));

/** The exact bytes to sign and send are `encodeBatch(body)`, made once and kept for every resend. */
export function batchBody(
  batch: Uuid,
  profile: ExchangeProfile,
  now: Instant,
  submissions: readonly CaseSubmission[],
): Result<BatchBody> {
  const records = submissions.flatMap(({ dataVersion, records: rows, known }) =>
    rows.map(({ kind, businessKey, columns }): SubmittedRecord => ({
      kind,
      businessKey,
      dataVersion,
      columns: {
        ...columns,
        ...sendingColumns(profile, { batch, now, dataVersion, known: known.has(businessKey) }),
      },
    })),
  );
  if (records.length === 0) return refuse('request.invalid', '批次中没有可上报的记录');
  if (records.length > maxBatchRecords)
    return refuse('request.too-large', `每批最多 ${maxBatchRecords} 条，实际 ${records.length} 条`);
  return ok({ batch, profile: profile.name, records });
}

export const encodeBatch = (body: BatchBody): Uint8Array => new TextEncoder().encode(JSON.stringify(body));

/**
 * Puts whole cases into batches in their order. A case with more rows than a batch holds stands alone in its group, and
 * `batchBody` refuses it by name of the limit.
 */
export function packCases(submissions: readonly CaseSubmission[]): CaseSubmission[][] {
  const groups: CaseSubmission[][] = [];
  let rows = maxBatchRecords;
  for (const submission of submissions) {
    if (rows + submission.records.length > maxBatchRecords) {
      groups.push([]);
      rows = 0;
    }
    groups[groups.length - 1]!.push(submission);
    rows += submission.records.length;
  }
  return groups;
}

/** The money of each fee row of a batch, in fen, by business key: what the statement adds up. */
export function amountsOf({ records }: BatchBody, { layouts }: ExchangeProfile): ReadonlyMap<string, number> {
  const column = layouts.fee?.columns.find(({ format }) => format === 'amount')?.name;
  const amounts = new Map<string, number>();
  for (const { kind, businessKey, columns } of records) {
    const fen = kind === 'fee' && column !== undefined ? fenOf(columns[column]) : undefined;
    if (fen !== undefined) amounts.set(businessKey, fen);
  }
  return amounts;
}
