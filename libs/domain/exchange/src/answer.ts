import { ok, refuse, type Instant, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { BatchBody, SubmittedRecord } from './batch.js';
import type { ExchangeProblem, ReportAnswer } from './report.js';

const answeredRecord = z.object({
  businessKey: z.string().min(1),
  dataVersion: z.int().positive(),
  outcome: z.enum(['acknowledged', 'rejected']),
  receipt: z.string().min(1).optional(),
  late: z.boolean().optional(),
  problems: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })),
});
const answerBody = z.object({ batch: z.string(), receivedAt: z.iso.datetime(), records: z.array(answeredRecord) });

/** The province's answer to one row. */
export type AnsweredRecord = z.infer<typeof answeredRecord>;

export interface BatchAnswer {
  /** When the province took the batch in: its day is the day of the statement. */
  readonly receivedAt: Instant;
  /** By business key. */
  readonly records: ReadonlyMap<string, AnsweredRecord>;
}

const text = new TextDecoder('utf-8', { fatal: true });

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text.decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Reads the answer to a batch: one answer for every row sent, none for others, the same answer given twice taken once.
 * Anything else (a login page, half a body, two answers that disagree) is refused as a whole with `exchange.answer`:
 * the batch counts as unanswered and is sent again under its own key. Call it after the signature was verified.
 */
export function readAnswer(sent: BatchBody, bytes: Uint8Array): Result<BatchAnswer> {
  const shape = answerBody.safeParse(parsed(bytes));
  if (!shape.success) return refuse('exchange.answer', '省级平台的应答不是约定的格式');
  const { batch, receivedAt, records } = shape.data;
  return matchAnswer(sent, { batch, receivedAt: Date.parse(receivedAt), records });
}

/** The same for an answer that has been decoded already. */
export function matchAnswer(
  sent: BatchBody,
  told: { readonly batch: string; readonly receivedAt: Instant; readonly records: readonly AnsweredRecord[] },
): Result<BatchAnswer> {
  if (told.batch !== sent.batch) return refuse('exchange.answer', '应答的批次号与所报批次不一致');
  const expected = new Map(sent.records.map((record) => [record.businessKey, record.dataVersion]));
  const answers = new Map<string, AnsweredRecord>();
  for (const answer of told.records) {
    if (expected.get(answer.businessKey) !== answer.dataVersion)
      return refuse('exchange.answer', `应答中有未报送的记录 ${answer.businessKey}`);
    const before = answers.get(answer.businessKey);
    if (before !== undefined && (before.outcome !== answer.outcome || before.receipt !== answer.receipt))
      return refuse('exchange.answer', `记录 ${answer.businessKey} 的两次应答不一致`);
    if (answer.outcome === 'acknowledged' && answer.receipt === undefined)
      return refuse('exchange.answer', `记录 ${answer.businessKey} 缺少回执编号`);
    answers.set(answer.businessKey, answer);
  }
  if (answers.size !== expected.size) return refuse('exchange.answer', '应答没有覆盖所报的全部记录');
  return ok({ receivedAt: told.receivedAt, records: answers });
}

/**
 * What the answers mean for one case: acknowledged when every row was, with the last row's receipt; otherwise rejected
 * with all objections.
 */
export function caseAnswer(
  records: readonly Pick<SubmittedRecord, 'businessKey'>[],
  answers: ReadonlyMap<string, AnsweredRecord>,
): ReportAnswer {
  const problems: ExchangeProblem[] = [];
  let receipt = '';
  for (const { businessKey } of records) {
    const answer = answers.get(businessKey);
    if (answer === undefined) throw new Error(`no answer for ${businessKey}`);
    if (answer.outcome === 'rejected') problems.push(...answer.problems);
    else receipt = answer.receipt ?? receipt;
  }
  return problems.length > 0 ? { outcome: 'rejected', problems } : { outcome: 'acknowledged', receipt };
}
