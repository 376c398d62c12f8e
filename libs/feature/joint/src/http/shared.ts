import { sm3 } from '@tongban/journal';
import { canonicalJson, refuse, type Json, type NodeCode, type Result, type Role, type Uuid } from '@tongban/kernel';
import { answer } from '@tongban/platform/http';
import type { CommandOutcome } from '@tongban/federation/nest';
import { z } from 'zod';
import type { JointCaller } from '../ports.js';

export const JOINT = Symbol('joint');

export const recordParam = z.object({ record: z.uuid() });
/** The record is done here, or asked of the leading node. */
export const commandResponse = {
  201: z.object({ record: z.uuid(), state: z.literal('done'), seq: z.int() }).meta({ id: 'JointCommandDone' }),
  202: z
    .object({ record: z.uuid(), state: z.literal('requested'), request: z.uuid() })
    .meta({ id: 'JointCommandRequested' }),
} as const;

interface CommandCall {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person: JointCaller['person'];
  readonly traceparent: string;
  readonly body?: unknown;
  readonly params: unknown;
}

/** The caller of a command; `operation` makes the same body under another route another command. */
export function callerOf(call: CommandCall, operation: string): JointCaller {
  const { node, key, role, person, traceparent, params, body = null } = call;
  const asked = { operation, subject: person.subject, params, body };
  const digest = sm3(Buffer.from(canonicalJson(JSON.parse(JSON.stringify(asked)) as Json)));
  return { node, key, role, person, traceparent, digest };
}

export function commandAnswer(result: Result<CommandOutcome>) {
  if (!result.ok) return refuse(result.refusal.code, result.refusal.detail, result.refusal.params);
  const { record, state, seq, request } = result.value;
  return state === 'done'
    ? answer(201, { record, state: 'done' as const, seq: seq! }, { etag: seq! })
    : answer(202, { record, state: 'requested' as const, request: request! });
}
