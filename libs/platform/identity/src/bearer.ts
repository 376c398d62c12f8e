import { ok, refuse, type Result } from '@tongban/kernel';

const scheme = /^Bearer +(\S+) *$/i;

/** The token of an `Authorization` header (RFC 6750 §2.1). */
export function bearerToken(header: string | undefined): Result<string> {
  if (header === undefined || header.trim() === '') return refuse('identity.missing', '请求没有携带登录凭证');
  const token = scheme.exec(header)?.[1];
  return token === undefined ? refuse('identity.invalid', '登录凭证须以 Bearer 方式携带') : ok(token);
}
