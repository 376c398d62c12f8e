import { localDate } from '@tongban/domain/calendar';
import {
  caseCommandSchemas,
  caseRecordClass,
  hashQueryCode,
  type Attachment,
  type CaseCommand,
  type CaseCommandOf,
  type CaseCommandType,
  type CaseState,
  type DocumentKind,
} from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import { agentRefusal } from '../principal.js';
import { nextDailyNumber } from '../store/case-store.js';
import { actorOf, signatureOf, type Caller, type CaseworkTools, type CommandOutcome } from './context.js';
import { pickUpCodeOf } from './resident-codes.js';

/** Which numbered document a step issues. */
const documents = {
  accept: 'SL',
  notAccept: 'BY',
  requestSupplement: 'BZ',
  decide: 'JD',
  certify: 'ZS',
  pause: 'TB',
  decideExtension: 'YQ',
  review: 'CS',
  callConference: 'HS',
  issuePaymentNotice: 'JK',
  exemptFee: 'JM',
  refundFee: 'TF',
} as const satisfies Partial<Record<CaseCommandType, DocumentKind>>;

const needsCatalogue: readonly CaseCommandType[] = [
  ...(['accept', 'requestSupplement', 'handleOnTheSpot', 'answerPreReview'] as const),
];

/** What persons do; the system's own acts have no route. */
type SystemType = 'noteReport' | 'reroute' | 'deemAccepted' | 'markOverdue';
export type ActionType = Exclude<CaseCommandType, 'submit' | SystemType>;
type OwnersPart =
  'type' | 'sequence' | 'sequences' | 'replySequence' | 'catalogue' | 'handlerName' | 'department' | 'item';
export type ActionFields<T extends ActionType> = Omit<CaseCommandOf<T>, OwnersPart> & {
  readonly occurredAt?: string | undefined;
  /** Of the item, where that is what the act changes. */
  readonly version?: number | undefined;
  /** The query code of the case, from a resident whose own login did not open it. */
  readonly code?: string | undefined;
};

/** One act on a case by a person: decided here where the node owns it, asked of the owner where it does not. */
export async function actOnCase<T extends ActionType>(
  tools: CaseworkTools,
  caller: Caller,
  record: Uuid,
  type: T,
  fields: ActionFields<T>,
  expectedSeq?: number,
): Promise<Result<CommandOutcome>> {
  const { occurredAt, version, code, ...rest } = fields;
  const now = tools.clock.now();
  return tools.commands.execute<CaseState, CaseCommand>({
    ...{ node: caller.node, key: caller.key, digest: caller.digest, recordClass: caseRecordClass, record },
    actor: actorOf(caller),
    ...signatureOf(caller),
    occurredAt: occurredAt === undefined ? now : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    async command(sql, state) {
      // Here already, not by the owner's answer: how far a case has come is nobody else's business.
      const stranger = state === undefined ? undefined : strangerRefusal(state, caller, type, code);
      if (stranger !== undefined) return stranger;
      if ('attachments' in rest) {
        const held = await checkAttachments(tools, sql, caller, rest.attachments as readonly Attachment[]);
        if (!held.ok) return held;
      }
      if (caller.role === 'agent' && state !== undefined && 'mandate' in rest && typeof rest.mandate === 'string') {
        const refused = await agentRefusal(sql, caller.node, record, state, rest.mandate);
        if (refused !== undefined) return refused;
      }
      const added = await ownersPart(tools, sql, caller, { type, version }, state, now);
      if (!added.ok) return added;
      const parsed = caseCommandSchemas[type].safeParse({ ...rest, ...added.value, type });
      return parsed.success
        ? ok(parsed.data as CaseCommand)
        : refuse('request.invalid', parsed.error.issues.map((issue) => issue.message).join('; '));
    },
  });
}

/**
 * Residents act on what their own login opened. What others took in names no login of its applicant: there the query code
 * speaks for them, as it does where somebody asks for progress. Refusal: jurisdiction.not-party.
 */
function strangerRefusal(
  { handlers: { submitted }, number, queryCodeHash }: CaseState,
  { role, person, isProven }: Caller,
  type: ActionType,
  code: string | undefined,
): Result<never> | undefined {
  if (role !== 'resident' || isProven === true) return undefined;
  if (submitted?.role === 'resident')
    return submitted.subject === person.subject ? undefined : refuse('jurisdiction.not-party', '本人不是该件的申请人');
  // The confirmation asks for the same code, as a part of the act itself.
  if (type === 'confirm' || (code !== undefined && hashQueryCode(number, code) === queryCodeHash)) return undefined;
  return refuse('jurisdiction.not-party', '该件不是以本人账号申请的，请填写受理回执上的六位查询码并核对无误');
}

/** Numbers, the material list and what the token says of the actor: what no caller may choose. */
async function ownersPart(
  tools: CaseworkTools,
  sql: Sql,
  caller: Caller,
  { type, version }: { readonly type: ActionType; readonly version: number | undefined },
  state: CaseState | undefined,
  now: number,
): Promise<Result<JsonObject>> {
  const numbers = await numbersFor(sql, caller, type, state, localDate(now));
  const { department, name } = caller.person;
  const added: JsonObject = {
    ...numbers,
    ...(type === 'confirmPayment' && department !== undefined ? { department } : {}),
    ...(type === 'certify' && state !== undefined
      ? { pickUpCode: pickUpCodeOf(tools.secrets, caller.node, state.number) }
      : {}),
    ...(type === 'handleOnTheSpot' && name !== undefined ? { handlerName: name } : {}),
  };
  if (type === 'repin' && state !== undefined && version !== undefined) {
    const item = tools.items.findPin(caller.node, state.item.code, version);
    return item === undefined
      ? refuse('item.version-not-held', `本级没有事项 ${state.item.code} 第 ${version} 版`)
      : ok({ ...added, item });
  }
  if (!needsCatalogue.includes(type) || state === undefined) return ok(added);
  const held = await tools.items.findMaterials(caller.node, state.item.code, state.item.version);
  if (held === undefined) {
    return refuse('item.version-not-held', `本级没有事项 ${state.item.code} 第 ${state.item.version} 版`);
  }
  return ok({ ...added, catalogue: { known: [...held.known], required: [...held.required] } });
}

async function numbersFor(
  sql: Sql,
  { node }: Caller,
  type: ActionType,
  state: CaseState | undefined,
  day: string,
): Promise<JsonObject> {
  const next = (kind: DocumentKind): Promise<number> => nextDailyNumber(sql, node, day, kind);
  if (type === 'handleOnTheSpot')
    return { sequences: { accept: await next('SL'), decide: await next('JD'), certify: await next('ZS') } };
  if (!(type in documents)) return {};
  const sequence = await next(documents[type as keyof typeof documents]);
  const replies = type === 'decide' && state?.item.regime === 'controlled';
  return replies ? { sequence, replySequence: await next('DF') } : { sequence };
}

async function checkAttachments(
  tools: CaseworkTools,
  sql: Sql,
  caller: Caller,
  attachments: readonly Attachment[],
): Promise<Result<void>> {
  const digests = attachments.map(({ digest }) => digest);
  const held = new Set((await tools.attachments.find(sql, caller.node, digests)).map(({ digest }) => digest));
  const missing = attachments.find(({ digest }) => !held.has(digest));
  return missing === undefined ? ok(undefined) : refuse('attachment.unknown', `附件 ${missing.name} 未上传到本级`);
}
