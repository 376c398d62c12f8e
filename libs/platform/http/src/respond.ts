import { RefusalError, type Result } from '@tongban/kernel';
import type { Logger } from '@tongban/platform/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer } from './answer.js';
import { failureOf, problemOf } from './problem.js';
import { specOf, stateOf } from './request-state.js';
import { responsesOf, type ResponseBody, type RouteSpec } from './route-spec.js';

const problemMediaType = 'application/problem+json; charset=utf-8';
const retryAfterSeconds = 5;

/** Answers with the problem that an error stands for; what nobody expected is logged with the trace id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const state = stateOf(request);
  const { traceId } = state;
  const failure = failureOf(error);
  state.refusedWith = failure.refusal.code;
  if (failure.isFault) {
    logger.error({ err: error, operation: specOf(request)?.operationId, traceId }, 'request failed');
  }
  const problem = problemOf(failure, pathOf(request), traceId);
  if (reply.sent || reply.raw.headersSent) return;
  reply.header('x-trace-id', traceId);
  reply.header('cache-control', 'no-store');
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if ((problem.status === 429 || problem.status === 503) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', String(retryAfterSeconds));
  // Serialized here: Fastify must not apply the serializer of the route's own answers.
  void reply
    .status(problem.status)
    .header('content-type', problemMediaType)
    .serializer((text: string) => text)
    .send(JSON.stringify(problem));
}

/** The address without its query, which may hold a query code. */
const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

const isResult = (value: unknown): value is Result<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'ok' in value &&
  ((value.ok === true && 'value' in value) || (value.ok === false && 'refusal' in value));

function valueOf(outcome: unknown): unknown {
  if (!isResult(outcome)) return outcome;
  if (!outcome.ok) throw new RefusalError(outcome.refusal);
  return outcome.value;
}

/**
 * Sends what a controller's method gave. Bodies go through the route's schema: what it does not name is not sent.
 *
 * @throws RefusalError for a refusal; Error when the answer is none that the route documents.
 */
export function sendOutcome(outcome: unknown, spec: RouteSpec, reply: FastifyReply): void {
  const value = valueOf(outcome);
  const responses = responsesOf(spec);
  const [only] = responses.keys();
  const given = value instanceof Answer ? value : new Answer(responses.size === 1 ? (only ?? 0) : 0, value, {});
  const expected = responses.get(given.status);
  if (expected === undefined) throw new Error(`${spec.operationId} does not document the status ${given.status}`);
  const body = bodyText(spec, given, expected);
  reply.status(given.status).headers({ 'cache-control': 'no-store', ...given.headers });
  if (expected === 'none') void reply.send();
  else if (expected === 'bytes') {
    if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/octet-stream');
    void reply.send(given.body);
  } else {
    if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8');
    void reply.serializer((text: string) => text).send(body);
  }
}

function bodyText(spec: RouteSpec, given: Answer<unknown>, expected: ResponseBody): string | undefined {
  if (typeof expected === 'string') return undefined;
  const read = expected.safeParse(given.body);
  if (read.success) return JSON.stringify(read.data);
  // Paths and codes only: the values are somebody's data.
  const where = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ');
  throw new Error(`${spec.operationId} answered ${given.status} with a body that is not documented: ${where}`);
}
