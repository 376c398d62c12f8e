import { isUuid } from '@tongban/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditEvent, HttpPorts } from './ports.js';
import { specOf, stateOf } from './request-state.js';
import type { RouteSpec } from './route-spec.js';

/** Refusals that tell of somebody who tries what is not theirs to do. */
const telling = new Set([401, 403, 429]);

const isToBeNoted = (spec: RouteSpec, status: number): boolean =>
  spec.audited === true || spec.command === true || telling.has(status);

/**
 * Keeps a successful reading of an audited route before its answer leaves: without the log there is no answer.
 *
 * @throws what the port rejects with
 */
export async function auditBefore(request: FastifyRequest, reply: FastifyReply, { audit }: HttpPorts): Promise<void> {
  const spec = specOf(request);
  const state = stateOf(request);
  if (audit === undefined || spec?.audited !== true || reply.statusCode >= 400 || state.audited === true) return;
  await audit.write(eventOf(spec, request, reply.statusCode));
  state.audited = true;
}

/** Notes commands and telling refusals once they are answered; what a command did is in the journal by then. */
export function auditAfter(request: FastifyRequest, reply: FastifyReply, { audit }: HttpPorts): void {
  const spec = specOf(request);
  if (audit === undefined || spec === undefined || stateOf(request).audited === true) return;
  if (isToBeNoted(spec, reply.statusCode)) audit.note(eventOf(spec, request, reply.statusCode));
}

/** What the log keeps of a request that was answered so. */
export function eventOf(spec: RouteSpec, request: FastifyRequest, status: number): AuditEvent {
  const { person, role, node, refusedWith, traceId } = stateOf(request);
  const { record } = request.params as { readonly record?: string };
  return {
    ...{ operation: spec.operationId, node, status, traceId, address: request.ip },
    role: role !== undefined && person?.offlineGrant !== undefined ? `${role}~offline` : role,
    ...{ subject: person?.subject, division: person?.division, code: refusedWith },
    // A path may hold anything: only what is a record's id is kept.
    record: record !== undefined && isUuid(record) ? record : undefined,
  };
}
