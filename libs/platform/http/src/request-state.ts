import { randomBytes } from 'node:crypto';
import type { NodeCode, RefusalCode, Role } from '@tongban/kernel';
import { currentTraceparent, traceIdOf } from '@tongban/platform/telemetry';
import type { FastifyRequest } from 'fastify';
import type { Person } from './ports.js';
import type { RouteSpec } from './route-spec.js';

/** What we learn of a request on its way to the controller. */
export interface RequestState {
  readonly traceparent: string;
  readonly traceId: string;
  readonly startedAt: number;
  person?: Person;
  role?: Role;
  node?: NodeCode;
  /** The code of the problem that it was answered with. */
  refusedWith?: RefusalCode;
  /** True once the audit log has it. */
  audited?: boolean;
}

const states = new WeakMap<FastifyRequest, RequestState>();

/** The state of a request, begun when it is first asked for. */
export function stateOf(request: FastifyRequest): RequestState {
  const known = states.get(request);
  if (known !== undefined) return known;
  const { traceparent, traceId } = traceOf(request);
  const state = { traceparent, traceId, startedAt: performance.now() };
  states.set(request, state);
  return state;
}

/** The active span; without instrumentation the caller's trace is carried on, or a new one begun. */
function traceOf(request: FastifyRequest): { readonly traceparent: string; readonly traceId: string } {
  const header = request.headers['traceparent'];
  const given = currentTraceparent() ?? (typeof header === 'string' ? header : '');
  const traceId = traceIdOf(given);
  if (traceId !== undefined) return { traceparent: given, traceId };
  const fresh = randomBytes(16).toString('hex');
  return { traceparent: `00-${fresh}-${randomBytes(8).toString('hex')}-01`, traceId: fresh };
}

/** The spec of the route a request was matched to; undefined for health, documents and unknown addresses. */
export const specOf = (request: FastifyRequest): RouteSpec | undefined => request.routeOptions.config?.tongban;

declare module 'fastify' {
  interface FastifyContextConfig {
    tongban?: RouteSpec;
  }
}
