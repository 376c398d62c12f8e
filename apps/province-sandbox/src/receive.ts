import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Batch } from './batch-schema.js';
import { judgeBatch, type JudgedRow } from './judge.js';
import { chinaDay } from './standard/times.js';
import { filedOf, findBatch, inBatchTransaction, insertBatch, insertRecords, takeReceiptNumbers } from './store.js';

export interface Received {
  readonly sender: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly batch: Batch;
  readonly receivedAt: number;
  readonly reportWithinMs: number;
}
/** `answer` is the exact text to sign and send. */
export type Reception =
  { readonly reused: true } | { readonly reused: false; readonly replayed: boolean; readonly answer: string };

const receiptDigits = 10;

const answered = ({ businessKey, dataVersion, outcome, receipt, late, problems }: JudgedRow): object => ({
  businessKey,
  dataVersion,
  outcome,
  ...(receipt === undefined ? {} : { receipt }),
  late,
  problems,
});

/** Takes a batch in: the same key with the same bytes gets the first answer again, with other bytes it is refused. */
export function receive(pool: Pool, received: Received): Promise<Reception> {
  const { sender, key, body, batch, receivedAt, reportWithinMs } = received;
  const bodyDigest = createHash('sha256').update(body).digest('hex');
  return inBatchTransaction(pool, async (client) => {
    const before = await findBatch(client, sender, key);
    if (before !== undefined)
      return before.bodyDigest === bodyDigest
        ? { reused: false, replayed: true, answer: before.answer }
        : { reused: true };
    const numbers = [...new Set(batch.records.map(({ columns }) => String(columns['project_no'] ?? '')))];
    const keys = batch.records.map(({ businessKey }) => businessKey);
    const onFile = await filedOf(client, batch.profile, numbers, keys);
    const receipts = await takeReceiptNumbers(client, batch.records.length);
    const day = chinaDay(receivedAt).replaceAll('-', '');
    const newReceipt = (): string => `S${day}${receipts.shift()!.padStart(receiptDigits, '0')}`;
    const judgements = judgeBatch(batch.records, onFile, { receivedAt, reportWithinMs, newReceipt });
    const fresh = judgements.filter((judgement) => judgement.fresh).map(({ row }) => row);
    await insertRecords(client, batch.profile, fresh, receivedAt);
    const answer = JSON.stringify({
      batch: batch.batch,
      receivedAt: new Date(receivedAt).toISOString(),
      records: judgements.map(({ row }) => answered(row)),
    });
    await insertBatch(client, sender, key, { bodyDigest, answer }, receivedAt);
    return { reused: false, replayed: false, answer };
  });
}
