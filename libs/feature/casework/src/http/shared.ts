import { caseStatuses, progressSteps, type CaseStatus, type ProgressStepCode } from '@tongban/domain/casework';
import { sm3 } from '@tongban/journal';
import {
  canonicalJson,
  refuse,
  type Json,
  type NodeCode,
  type Refusal,
  type Result,
  type Role,
  type Uuid,
} from '@tongban/kernel';
import { answer } from '@tongban/platform/http';
import { z } from 'zod';
import { actOnCase, type ActionFields, type ActionType } from '../usecase/act-on-case.js';
import type { Caller, CaseworkTools, CommandOutcome } from '../usecase/context.js';

export const CASEWORK = Symbol('casework');

export const recordParam = z.object({ record: z.uuid() });

/** What a resident's page translates; `name` says the same in Chinese. */
export const progressStatus = z.enum(Object.keys(caseStatuses) as CaseStatus[]).meta({ description: '状态的代码' });
export const progressStep = z.object({
  code: z.enum(Object.keys(progressSteps) as ProgressStepCode[]),
  name: z.string(),
  date: z.string(),
});

/** The record is done here, or asked of its owner. */
export const commandResponse = {
  201: z
    .object({ record: z.uuid(), state: z.literal('done'), seq: z.int(), number: z.string().optional() })
    .meta({ id: 'CommandDone' }),
  202: z
    .object({ record: z.uuid(), state: z.literal('requested'), request: z.uuid() })
    .meta({ id: 'CommandRequested' }),
} as const;

/** What every command on a record may be refused with, beside what it names itself. */
export const commandRefusals = ['request.key-reused', 'request.stale'] as const;

interface CommandCall {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person: Caller['person'];
  readonly traceparent: string;
  readonly body?: unknown;
  readonly params: unknown;
  readonly ifMatch?: number | undefined;
}

/** The caller of a command; `operation` makes the same body under another route another command. */
export function callerOf(call: CommandCall, operation: string): Caller {
  const asked = { operation, subject: call.person.subject, params: call.params, body: call.body ?? null };
  return {
    node: call.node,
    key: call.key,
    role: call.role,
    person: call.person,
    traceparent: call.traceparent,
    digest: sm3(Buffer.from(canonicalJson(JSON.parse(JSON.stringify(asked)) as Json))),
  };
}

export function commandAnswer(result: Result<CommandOutcome>) {
  if (!result.ok) return refusedBy(result.refusal);
  const { record, state, seq, request } = result.value;
  return state === 'done'
    ? answer(201, { record, state: 'done' as const, seq: seq! }, { etag: seq! })
    : answer(202, { record, state: 'requested' as const, request: request! });
}

export const refusedBy = (refusal: Refusal): Result<never> => refuse(refusal.code, refusal.detail, refusal.params);

type ActCall = CommandCall & { readonly params: { readonly record: Uuid } };

/** One act on a case: what every route of the kind does. */
export async function act<T extends ActionType>(tools: CaseworkTools, call: ActCall, type: T, fields: ActionFields<T>) {
  return commandAnswer(await actOnCase(tools, callerOf(call, type), call.params.record, type, fields, call.ifMatch));
}
