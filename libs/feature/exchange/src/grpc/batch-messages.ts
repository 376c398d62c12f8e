import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  ExchangeRecordSchema,
  ReportBatchRequestSchema,
  type ReportBatchRequest,
  type WireBatchAnswer,
} from '@tongban/contract';
import type { AnsweredRecord, BatchBody, SubmittedRecord } from '@tongban/domain/exchange';

const lengthBytes = 4;

const cellOf = (value: string | number) =>
  typeof value === 'number' ? ({ case: 'integer', value: BigInt(value) } as const) : ({ case: 'text', value } as const);

const recordBytes = ({ kind, businessKey, dataVersion, columns }: SubmittedRecord): Uint8Array =>
  toBinary(
    ExchangeRecordSchema,
    create(ExchangeRecordSchema, {
      ...{ kind, businessKey, dataVersion },
      columns: Object.entries(columns).map(([name, value]) => ({ name, value: cellOf(value) })),
    }),
  );

/** What the signature of a batch covers: SHA-256 of its id, then each record's length and bytes. */
export function batchDigest(batch: string, records: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256').update(batch);
  for (const record of records) {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(record.length);
    hash.update(length).update(record);
  }
  return hash.digest();
}

/** The messages of one call, header first. `sign` gives a detached JWS. */
export async function batchMessages(
  { batch, profile, records }: BatchBody,
  sign: (digest: Uint8Array) => Promise<string>,
): Promise<ReportBatchRequest[]> {
  const encoded = records.map(recordBytes);
  const signature = await sign(batchDigest(batch, encoded));
  const header = { batch, profile, recordCount: encoded.length, signature };
  return [
    create(ReportBatchRequestSchema, { part: { case: 'header', value: header } }),
    ...encoded.map((value) => create(ReportBatchRequestSchema, { part: { case: 'record', value } })),
  ];
}

export const answeredRecords = ({ records }: WireBatchAnswer): AnsweredRecord[] =>
  records.map(({ businessKey, dataVersion, acknowledged, receipt, late, problems }) => ({
    ...{ businessKey, dataVersion, late },
    outcome: acknowledged ? 'acknowledged' : 'rejected',
    ...(receipt === '' ? {} : { receipt }),
    problems: problems.map(({ code, field, message }) => ({ code, field, message })),
  }));
