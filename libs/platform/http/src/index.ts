export type { AuditEvent, AuditPort } from './ports.js';
export type { RateLimits } from './rates.js';
export { createHttpApp, writeOpenApi, type HttpApp, type HttpAppOptions } from './http-app.js';
export { usualLimits, type HttpLimits } from './adapter.js';
export { Route } from './route.js';
export {
  defineRoute,
  type Call,
  type DivisionRule,
  type HttpMethod,
  type Outcome,
  type ResponseBody,
  type ResponseSpec,
  type RouteSpec,
} from './route-spec.js';
export { answer, Answer, etagOf, type AnswerOptions } from './answer.js';
export { cursorParam, decodeCursor, encodeCursor, limitParam } from './cursor.js';
export { RequestRefusal, type FieldError } from './request-refusal.js';
export { problemSchema, statusOf, type Problem } from './problem.js';
export { openApiOf, type OpenApiDocument, type OpenApiInfo } from './openapi.js';
export { readinessOf, type CheckResult, type Readiness } from './health.js';
export type { HttpPorts, NodeDirectory, Person, ReadinessCheck, TokenVerifier } from './ports.js';
