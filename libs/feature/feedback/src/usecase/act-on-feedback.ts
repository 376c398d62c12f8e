import {
  feedbackCommandSchemas,
  feedbackRecordClass,
  hashFeedbackCode,
  isFeedbackNumber,
  type FeedbackCommand,
  type FeedbackCommandOf,
  type FeedbackState,
} from '@tongban/domain/feedback';
import { hashQueryCode, parseCaseNumber } from '@tongban/domain/casework';
import { ok, refuse, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import type { z } from 'zod';
import type { FeedbackTools } from '../ports.js';
import { findByNumber, findFeedback, findFollowUp, type FeedbackRow } from '../store/feedback-store.js';
import { actorOf, nameOf, type Caller, type CommandOutcome } from './context.js';
import { openParts } from './dossier.js';

export type FeedbackAct = Exclude<FeedbackCommand['type'], 'file' | 'open' | 'markOverdue'>;
export type ActFields<T extends FeedbackAct> = Omit<z.input<(typeof feedbackCommandSchemas)[T]>, 'type' | 'content'>;

/** One act on feedback by a person: decided here where the node owns it, asked of the owner where it may be. */
export async function actOnFeedback<T extends FeedbackAct>(
  tools: FeedbackTools,
  caller: Caller,
  record: Uuid,
  type: T,
  fields: ActFields<T>,
  expectedSeq?: number,
): Promise<Result<CommandOutcome>> {
  const held = await tools.transactor.run((sql) => findFeedback(sql, caller.node, record));
  if (held === undefined) return refuse('feedback.unknown', '本级没有这件评价或诉求');
  const added = type === 'forward' ? await contentOf(tools, held) : {};
  return tools.commands.execute<FeedbackState, FeedbackCommand>({
    ...{ node: caller.node, key: caller.key, digest: caller.digest, recordClass: feedbackRecordClass, record },
    actor: actorOf(caller),
    ...nameOf(caller),
    occurredAt: tools.clock.now(),
    traceparent: caller.traceparent,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    command: () => {
      const parsed = feedbackCommandSchemas[type].safeParse({ ...fields, ...added, type });
      return Promise.resolve(
        parsed.success
          ? ok(parsed.data as FeedbackCommandOf<T>)
          : refuse('request.invalid', parsed.error.issues.map(({ message }) => message).join('; ')),
      );
    },
  });
}

/** What was asked, for sealing it again to the node that is to handle it. */
async function contentOf(tools: FeedbackTools, held: FeedbackRow): Promise<JsonObject> {
  const parts = await openParts(tools, held.node, held.record);
  const filed = parts.ok ? parts.value.find(({ content }) => typeof content['text'] === 'string') : undefined;
  if (filed === undefined) return {};
  const { text, contact } = filed.content;
  return { content: { text: text!, ...(contact === undefined ? {} : { contact }) } };
}

/**
 * Where number and query code lead. The follow-up of a bad rating has none that a resident was told: number and code of
 * the rated case lead to it. Refusal feedback.query-code, whichever of both is wrong.
 */
export async function identified(tools: FeedbackTools, number: string, code: string): Promise<Result<FeedbackRow>> {
  const row = await tools.transactor.run(async (sql) => {
    if (isFeedbackNumber(number)) {
      const own = await findByNumber(sql, number);
      return own?.state.queryCodeHash === hashFeedbackCode(number, code) ? own : undefined;
    }
    const rated = parseCaseNumber(number).ok ? await tools.findCase(sql, number) : undefined;
    if (rated === undefined || rated.queryCodeHash !== hashQueryCode(number, code)) return undefined;
    return findFollowUp(sql, rated.record);
  });
  return row === undefined ? refuse('feedback.query-code', '编号与查询码不符') : ok(row);
}
