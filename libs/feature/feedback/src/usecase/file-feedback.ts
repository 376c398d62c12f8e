import { localDate } from '@tongban/domain/calendar';
import {
  feedbackCommandSchemas,
  feedbackRecordClass,
  handlingNode,
  hashFeedbackCode,
  makeFeedbackNumber,
  type FeedbackCommand,
  type FeedbackState,
} from '@tongban/domain/feedback';
import { derivedId } from '@tongban/federation/nest';
import {
  ancestorAt,
  isWithin,
  nodeCode,
  ok,
  refuse,
  tierOf,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { z } from 'zod';
import type { FeedbackTools } from '../ports.js';
import { findFeedback, nextNumber } from '../store/feedback-store.js';
import { actorOf, nameOf, type Caller } from './context.js';

export const filingSchema = feedbackCommandSchemas.file
  .pick({ kind: true, channel: true, anonymous: true, text: true, contact: true, department: true })
  .extend({
    /** Number of the case that it is about. */
    caseNumber: z.string().max(40).optional(),
    /** A node above that is to handle it; the case's owner or this one when left out. */
    to: z
      .string()
      .regex(/^[1-9]\d{11}$/)
      .optional(),
  })
  .meta({ id: 'FeedbackFiling' });
export type Filing = z.output<typeof filingSchema>;

export interface FiledFeedback {
  readonly record: Uuid;
  readonly number: string;
  readonly queryCode: string;
  readonly seq: number;
}

const queryCodePurpose = 'feedback-query-code';
const codeDigits = 8;

/** Eight digits that the node can compute again when the same key comes a second time. */
function queryCodeOf(tools: FeedbackTools, { node, key }: Caller): string {
  const bits = tools.secrets.hmac(node, queryCodePurpose, key).slice(0, 12);
  return (Number.parseInt(bits, 16) % 10 ** codeDigits).toString().padStart(codeDigits, '0');
}

/** Takes in a complaint, question or suggestion; from there it goes to whom it concerns. */
export async function fileFeedback(
  tools: FeedbackTools,
  caller: Caller,
  filing: Filing,
): Promise<Result<FiledFeedback>> {
  const { node } = caller;
  const record = derivedId(caller.key, feedbackRecordClass);
  const queryCode = queryCodeOf(tools, caller);
  const now = tools.clock.now();
  const { caseNumber, to, ...content } = filing;
  const filed = await tools.commands.execute<FeedbackState, FeedbackCommand>({
    ...{ node, key: caller.key, digest: caller.digest, recordClass: feedbackRecordClass, record, begins: true },
    actor: actorOf(caller),
    ...nameOf(caller),
    occurredAt: now,
    traceparent: caller.traceparent,
    async command(sql) {
      const about = caseNumber === undefined ? undefined : await tools.findCase(sql, caseNumber);
      if (caseNumber !== undefined && about === undefined)
        return refuse('case.unknown', '本级没有这个办件，请核对办件编号，或到办理地点提出');
      const handler = handlerOf(node, to, about?.owner);
      if (!handler.ok) return handler;
      const day = localDate(now);
      const number = makeFeedbackNumber(filing.kind, node, day, await nextNumber(sql, node, day, filing.kind));
      const department = about?.department ?? content.department;
      return ok({
        ...content,
        ...{ type: 'file', number, queryCodeHash: hashFeedbackCode(number, queryCode), handler: handler.value },
        ...(about === undefined ? {} : { case: about.record, item: about.item }),
        ...(department === undefined ? {} : { department }),
        // Whose act is asked about without blame may answer.
        complainedOf: filing.kind === 'complaint' ? [...(about?.handledBy ?? [])] : [],
      });
    },
  });
  if (!filed.ok) return filed;
  const held = await tools.transactor.run((sql) => findFeedback(sql, node, record));
  return ok({ record, number: held!.state.number, queryCode, seq: filed.value.seq! });
}

/** The named node above, else the owner of the case where a link leads to it, else this one or who handles for it. */
function handlerOf(node: NodeCode, to: string | undefined, owner: NodeCode | undefined): Result<NodeCode> {
  if (to === undefined)
    return ok(handlingNode(owner !== undefined && (isWithin(owner, node) || isWithin(node, owner)) ? owner : node));
  const named = nodeCode(to);
  const city = ancestorAt(node, 'city');
  const inCity = city !== undefined && tierOf(named) !== 'province' && isWithin(named, city);
  return inCity && isWithin(node, named)
    ? ok(named)
    : refuse('request.invalid', '只能向本级或本市的上级机关提出', { to });
}
