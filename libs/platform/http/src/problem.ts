import { refusalCodes, refusalKind, type Refusal, type RefusalCode, type RefusalKind } from '@tongban/kernel';
import { z } from 'zod';
import type { FieldError } from './request-refusal.js';

/** RFC 9110 status of each kind of refusal. */
const statuses: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  stale: 412,
  tooLarge: 413,
  integrity: 422,
  busy: 429,
  needsSchema: 503,
  needsKey: 503,
  unavailable: 503,
  fault: 500,
};

export const statusOf = (code: RefusalCode): number => statuses[refusalKind(code)];

/** RFC 9457 §3.1, with our extension members. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'urn:tongban:problem:<code>' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    traceId: z.string().optional().meta({ description: '报障时请提供' }),
    params: z.record(z.string(), z.unknown()).optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', title: '办理未成功的原因' });
export type Problem = z.infer<typeof problemSchema>;

export interface Failure {
  readonly refusal: Refusal;
  readonly errors: readonly FieldError[];
  /** True when nobody expected this: it must be logged as an error. */
  readonly isFault: boolean;
}

export const problemType = (code: RefusalCode): string => `urn:tongban:problem:${code}`;

export function problemOf({ refusal, errors }: Failure, instance: string, traceId: string): Problem {
  const { code, detail, params } = refusal;
  return {
    type: problemType(code),
    title: refusalCodes[code].zh,
    status: statusOf(code),
    detail,
    code,
    instance,
    traceId,
    ...(params === undefined ? {} : { params: { ...params } }),
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
  };
}

const refused = (code: RefusalCode, detail: string): Failure => ({
  refusal: { code, detail },
  errors: [],
  isFault: false,
});

/** What a thrown value means to the client. Nothing of an unexpected error is told but that it was logged. */
export function failureOf(error: unknown): Failure {
  if (isRefusalCarrier(error)) {
    return { refusal: error.refusal, errors: error.errors ?? [], isFault: refusalKind(error.refusal.code) === 'fault' };
  }
  const { code, status } = transportFailure(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refused('request.too-large', '请求正文超过上限');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refused('request.unknown-type', '不支持这种 Content-Type');
    case 'FST_ERR_HANDLER_TIMEOUT':
      return refused('service.unavailable', '处理超时，请用同一 Idempotency-Key 重试');
  }
  if (status === 404) return refused('request.route-unknown', '没有这个地址，或地址不支持这种请求方法');
  if (status === 413) return refused('request.too-large', '请求正文超过上限');
  if (status === 414 || status === 400) return refused('request.malformed', '请求格式不正确');
  return { refusal: { code: 'service.fault', detail: '系统故障，已记录' }, errors: [], isFault: true };
}

/** By shape, not by class: an error may come from another copy of a module. */
function isRefusalCarrier(error: unknown): error is { refusal: Refusal; errors?: readonly FieldError[] } {
  if (typeof error !== 'object' || error === null || !('refusal' in error)) return false;
  const { refusal } = error;
  return typeof refusal === 'object' && refusal !== null && 'code' in refusal && String(refusal.code) in refusalCodes;
}

/** Code and status of Fastify's and Nest's own errors. */
function transportFailure(error: unknown): { readonly code?: unknown; readonly status?: unknown } {
  if (typeof error !== 'object' || error === null) return {};
  if ('getStatus' in error && typeof error.getStatus === 'function') return { status: error.getStatus() as unknown };
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('FST_ERR') && 'statusCode' in error
    ? { code, status: error.statusCode }
    : {};
}
