import { isNodeCode, ok, refuse, roles, type Instant, type Result, type Role } from '@tongban/kernel';
import { z } from 'zod';
import { clockSkewMs, maxTokenBytes } from './limits.js';
import type { Person } from './person.js';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Clients whose tokens are taken; any when absent. */
  readonly authorizedParties?: readonly string[];
}

const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const secondMs = 1000;

const headerSchema = z.object({
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(256),
  // RFC 7515 §4.1.11: whoever does not know an extension that must be understood refuses the token.
  crit: z.undefined().optional(),
});

const text = z.string().max(255);
/** RFC 7519 §2 NumericDate. */
const seconds = z.number().nonnegative();

const claimsSchema = z.object({
  iss: z.string(),
  sub: text.min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  typ: z.literal('Bearer'),
  iat: seconds,
  nbf: seconds.optional(),
  auth_time: seconds.optional(),
  azp: text.optional(),
  jti: text.optional(),
  preferred_username: text.optional(),
  name: text.optional(),
  division: text.optional(),
  department: text.optional(),
  realm_access: z.object({ roles: z.array(z.string()).optional() }).optional(),
});
type Claims = z.infer<typeof claimsSchema> & { exp: number };

export interface ReadToken {
  readonly kid: string;
  readonly claims: Claims;
}

const invalid = (detail: string): Result<never> => refuse('identity.invalid', detail);

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Reads a compact JWS (RFC 7515 §7.1) and checks everything that needs no key: size, form, algorithm, times, kind,
 * issuer, audience and authorized party. The signature is not looked at. Details never quote the token.
 */
export function readToken(token: string, rules: TokenRules, now: Instant): Result<ReadToken> {
  if (token === '') return refuse('identity.missing', '请求没有携带登录凭证');
  if (token.length > maxTokenBytes) return invalid('登录凭证超过长度上限');
  if (!compact.test(token)) return invalid('登录凭证的格式不正确');
  const parts = token.split('.');
  const header = headerSchema.safeParse(decoded(parts[0]));
  if (!header.success) return invalid('登录凭证须用 RS256 签名并注明密钥编号');
  const payload = decoded(parts[1]);
  const expiry = z.object({ exp: seconds }).safeParse(payload);
  if (!expiry.success) return invalid('登录凭证没有有效期');
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) return invalid('登录凭证的内容不完整或不是访问令牌');
  const claims = { ...parsed.data, exp: expiry.data.exp };
  const checked = checkParties(claims, rules);
  if (!checked.ok) return checked;
  const timely = checkTimes(claims, now);
  return timely.ok ? ok({ kid: header.data.kid, claims }) : timely;
}

function checkParties(claims: Claims, rules: TokenRules): Result<undefined> {
  if (claims.iss !== rules.issuer) return invalid('登录凭证不是由本系统的身份认证服务签发');
  const audience = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  if (!audience.includes(rules.audience)) return invalid('登录凭证不是签发给本系统的');
  const { authorizedParties } = rules;
  if (authorizedParties === undefined) return ok(undefined);
  return claims.azp !== undefined && authorizedParties.includes(claims.azp)
    ? ok(undefined)
    : invalid('申请登录凭证的应用不被认可');
}

type Times = Pick<Claims, 'exp' | 'iat' | 'nbf'>;

/** The first instant at which it is no longer taken. */
export const holdsUntil = ({ exp }: Times): Instant => exp * secondMs;

/** The first instant at which it is taken: our clock may be behind the issuer's. */
export const holdsFrom = ({ iat, nbf = iat }: Times): Instant => Math.max(iat, nbf) * secondMs - clockSkewMs;

function checkTimes(claims: Claims, now: Instant): Result<undefined> {
  if (now >= holdsUntil(claims)) return refuse('identity.expired', '登录凭证已过有效期');
  if (claims.iat * secondMs > now + clockSkewMs) return invalid('登录凭证的签发时间晚于当前时间');
  if (claims.nbf !== undefined && claims.nbf * secondMs > now + clockSkewMs) return invalid('登录凭证尚未生效');
  return ok(undefined);
}

const known = new Set<string>(roles);
const isRole = (name: string): name is Role => known.has(name);

/** The person of a token whose signature is good. A division that is no 12-digit code is refused, not dropped. */
export function personOf(claims: Claims): Result<Person> {
  const { division } = claims;
  if (division !== undefined && !isNodeCode(division)) return invalid('登录凭证中的区划代码不是12位代码');
  // Keycloak writes auth_time 0 where it does not know.
  const authenticated = claims.auth_time === undefined || claims.auth_time === 0 ? claims.iat : claims.auth_time;
  return ok({
    subject: claims.sub,
    roles: [...new Set(claims.realm_access?.roles ?? [])].filter(isRole),
    authenticatedAt: Math.floor(authenticated * secondMs),
    ...(claims.preferred_username !== undefined && { username: claims.preferred_username }),
    ...(claims.name !== undefined && { name: claims.name }),
    ...(division !== undefined && { division }),
    ...(claims.department !== undefined && { department: claims.department }),
    ...(claims.jti !== undefined && { tokenId: claims.jti }),
  });
}
