import { types } from 'node:util';
import { RefusalError, type RefusalCode } from '@tongban/kernel';

/** SQLSTATE (PostgreSQL, appendix A) and Node's socket codes by what they mean to us. */
const retriedCodes = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const busyCodes = new Set(['55P03', '57014', '53300']); // lock or statement time-out, too many connections
/** The server lives and cannot do its work: it may again when somebody has made room. */
const exhaustedCodes = new Set([
  '53100', // disk_full
  '53200', // out_of_memory
  '58030', // io_error
]);
/** Raised by the fence of a node that has left this database (federation/nest, life). */
const departedCode = 'TB001';
const lostCodes = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '25P03', // idle_in_transaction_session_timeout
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** pg reports these without a code. */
const lostMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Cannot use a pool after calling end',
  'Query runner already released', // TypeORM, once the connection raised an error between two queries
];
const mostNestedErrors = 5;

/** The innermost error that carries a code: TypeORM wraps the driver's, Node gathers one error per address tried. */
export function driverError(error: unknown, depth = 0): Error | undefined {
  if (!types.isNativeError(error) || depth > mostNestedErrors) return undefined;
  if ('driverError' in error) return driverError(error.driverError, depth + 1) ?? error;
  if ('errors' in error && Array.isArray(error.errors) && codeOf(error) === undefined)
    return driverError(error.errors[0], depth + 1);
  return error;
}

const codeOf = (error: Error | undefined): string | undefined =>
  error !== undefined && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** SQLSTATE or socket code of a failed query or connection. */
export const failureCode = (error: unknown): string | undefined => codeOf(driverError(error));

/** Name of the constraint that a statement violated, e.g. to tell a repeated command from a fault. */
export function violatedConstraint(error: unknown): string | undefined {
  const failed = driverError(error);
  return failed !== undefined && 'constraint' in failed && typeof failed.constraint === 'string'
    ? failed.constraint
    : undefined;
}

export const mayBeRetried = (error: unknown): boolean => retriedCodes.has(failureCode(error) ?? '');

/** True when the connection is gone; whether a running commit went through is then unknown. */
export function isConnectionLost(error: unknown): boolean {
  const code = failureCode(error);
  if (code !== undefined) return lostCodes.has(code) || code.startsWith('08');
  const message = driverError(error)?.message ?? '';
  return lostMessages.some((text) => message.includes(text));
}

/** The refusal that stands for a failure of the server rather than of the statement; other errors are bugs and stay. */
export function asRefusal(error: unknown): unknown {
  const refusal = (code: RefusalCode, detail: string): RefusalError =>
    Object.assign(new RefusalError({ code, detail }), { cause: error });
  if (isConnectionLost(error)) return refusal('service.unavailable', '数据库连接中断');
  if (failureCode(error) === departedCode) return refusal('node.moving', '该节点正在迁往自己的服务，请稍后重试');
  if (exhaustedCodes.has(failureCode(error) ?? '')) return refusal('service.unavailable', '数据库暂时无法保存');
  if (mayBeRetried(error) || busyCodes.has(failureCode(error) ?? '')) return refusal('service.busy', '数据库繁忙');
  return error;
}
