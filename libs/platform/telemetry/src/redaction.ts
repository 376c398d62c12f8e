import { types } from 'node:util';

const hiddenKeys = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'accesstoken',
  'refreshtoken',
  'password',
  'secret',
  'name',
  'identitynumber',
  'phone',
  'address',
]);
const replacement = '[已隐去]';
const deepestLevel = 6;
const mostItems = 50;
const mostCauses = 4;

/**
 * A copy of a log object without credentials and personal data, at any depth. What lies deeper than a log line should
 * go is cut, so that a whole request or a cycle cannot be written by mistake.
 */
export function redacted(value: unknown, level = 0): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (types.isNativeError(value)) return describedError(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} 字节]`;
  if (level >= deepestLevel) return '[…]';
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => redacted(item, level + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value).slice(0, mostItems)) {
    copy[key] = hiddenKeys.has(key.toLowerCase()) ? replacement : redacted(member, level + 1);
  }
  return copy;
}

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * Type, message, code and stack, and nothing else: errors of database drivers carry the rejected row in `detail` and
 * the parameters of the statement.
 */
export function describedError(error: unknown, depth = 0): DescribedError {
  if (!types.isNativeError(error)) return { type: typeof error, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= mostCauses ? {} : { cause: describedError(error.cause, depth + 1) }),
  };
}
