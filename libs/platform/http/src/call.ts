import { idempotencyKeyOf, ifMatchOf } from './headers.js';
import { pathParameters, type Call, type RouteSpec } from './route-spec.js';
import { specOf, stateOf } from './request-state.js';
import { parsePart } from './validation.js';
import type { FastifyRequest } from 'fastify';

/**
 * Reads headers, parameters and body of an admitted request as its route wants them.
 *
 * @throws RequestRefusal request.invalid, request.key-missing
 */
export function callOf(request: FastifyRequest): Call<RouteSpec> {
  const spec = specOf(request);
  if (spec === undefined) throw new Error('no route spec: the method was not reached through @Route');
  const { person, role, node, traceparent } = stateOf(request);
  const call = {
    person,
    role,
    node,
    key: spec.command === true ? idempotencyKeyOf(request.headers['idempotency-key']) : undefined,
    ifMatch: spec.ifMatch === undefined ? undefined : ifMatchOf(request.headers['if-match'], spec.ifMatch),
    params: paramsOf(spec, request.params as Record<string, string>),
    query: spec.query === undefined ? {} : parsePart('query', spec.query, request.query),
    body: bodyOf(spec, request.body),
    traceparent,
    request,
  };
  return call as Call<RouteSpec>;
}

function paramsOf(spec: RouteSpec, given: Readonly<Record<string, string>>): Record<string, unknown> {
  const names = pathParameters(spec.path).filter((name) => name !== 'node');
  const params = Object.fromEntries(names.map((name) => [name, given[name]]));
  return spec.params === undefined ? params : parsePart('params', spec.params, params);
}

function bodyOf({ body }: RouteSpec, given: unknown): unknown {
  if (body === undefined) return undefined;
  if (body === 'bytes') return given ?? Buffer.alloc(0);
  return parsePart('body', body, given);
}
