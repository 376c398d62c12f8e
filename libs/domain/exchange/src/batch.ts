import { ok, refuse, type Instant, type Result, type Uuid } from '@tongban/kernel';
import { chinaDateTime } from './cells.js';
import type { RecordKind } from './neutral.js';
import type { ProfileName } from './profile.js';
import type { ExchangeRecord } from './records.js';

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

/** The exact bytes to sign and send are `encodeBatch(body)`, made once and kept for every resend. */
export function batchBody(
  batch: Uuid,
  profile: ProfileName,
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
        cd_batch: batch.replaceAll('-', ''),
        cd_operation: operation(known.has(businessKey)),
        cd_time: chinaDateTime(now),
      },
    })),
  );
  if (records.length === 0) return refuse('request.invalid', '批次中没有可上报的记录');
  if (records.length > maxBatchRecords)
    return refuse('request.too-large', `每批最多 ${maxBatchRecords} 条，实际 ${records.length} 条`);
  return ok({ batch, profile, records });
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
