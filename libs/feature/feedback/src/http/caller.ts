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
import { publicSubject, type Caller, type CommandOutcome } from '../usecase/context.js';

interface CommandCall {
  readonly key: Uuid;
  readonly role?: Role | undefined;
  readonly person?: { readonly subject: string; readonly name?: string } | undefined;
  readonly traceparent: string;
  readonly body?: unknown;
  readonly params: unknown;
}

/** The caller of a command at a node; `operation` makes the same body under another route another command. */
export function callerOf(call: CommandCall, node: NodeCode, operation: string): Caller {
  const { person } = call;
  const asked = { operation, subject: person?.subject ?? publicSubject, params: call.params, body: call.body ?? null };
  return {
    ...{ node, key: call.key, role: call.role ?? 'resident', traceparent: call.traceparent },
    ...(person === undefined ? {} : { person }),
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
