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
import type { Caller } from '../usecase/command.js';

interface CommandCall {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role?: Role | undefined;
  readonly person?: { readonly subject: string } | undefined;
  readonly body?: unknown;
  readonly params: unknown;
}

/** The caller of a command; `operation` makes the same body under another route another command. */
export function callerOf(call: CommandCall, operation: string): Caller {
  const subject = call.person?.subject ?? 'public';
  const asked = { operation, subject, params: call.params, body: call.body ?? null };
  return {
    ...{ node: call.node, key: call.key, subject, role: call.role ?? 'resident' },
    digest: sm3(Buffer.from(canonicalJson(JSON.parse(JSON.stringify(asked)) as Json))),
  };
}

export const refusedBy = (refusal: Refusal): Result<never> => refuse(refusal.code, refusal.detail, refusal.params);
