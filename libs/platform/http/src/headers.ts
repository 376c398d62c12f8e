import { isUuid, ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { RequestRefusal } from './request-refusal.js';

type Header = string | string[] | undefined;

const longestSeqDigits = 10;

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1). */
export function bearerOf(header: Header): Result<string> {
  if (header === undefined || header === '') return refuse('identity.missing', '请先登录');
  const match = typeof header === 'string' ? /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header) : null;
  return match?.[1] === undefined ? refuse('identity.invalid', '登录凭证格式不正确') : ok(match[1]);
}

export function idempotencyKeyOf(header: Header): Uuid {
  if (header === undefined || header === '') {
    throw new RequestRefusal('request.key-missing', '办理类请求须带 Idempotency-Key，值为 UUID');
  }
  const key = String(header).toLowerCase();
  if (isUuid(key)) return key;
  throw invalidHeader('Idempotency-Key', '须为 UUID');
}

/** `"<seq>"`; weak validators and lists say less than a command needs and are refused. */
export function ifMatchOf(header: Header, rule: 'required' | 'optional'): number | undefined {
  if (header === undefined) {
    if (rule === 'optional') return undefined;
    throw invalidHeader('If-Match', '须填写办理前看到的记录序号，如 "3"');
  }
  const match = new RegExp(`^"(\\d{1,${longestSeqDigits}})"$`).exec(String(header));
  if (match?.[1] === undefined) throw invalidHeader('If-Match', '须为带双引号的记录序号，如 "3"');
  return Number(match[1]);
}

const invalidHeader = (path: string, message: string): RequestRefusal =>
  new RequestRefusal('request.invalid', `请求头 ${path} 不正确`, [{ path, message }]);
