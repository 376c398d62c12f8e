import { isNodeCode, ok, refuse, type NodeCode, type Result, type Role } from '@tongban/kernel';
import type { Person, TokenVerifier } from '@tongban/platform/http';

/** The header of a request; a type, as headers have an index. */
export type Bearer = { readonly authorization: string };

/**
 * The header of a person with one role at one place; the token says it all, and only {@link testVerifier} takes it.
 *
 * @param authenticatedAt milliseconds since 1970; without it nobody can tell one log-in from another
 */
export const bearer = (role: Role, division: NodeCode, subject = `${role}-1`, authenticatedAt?: number): Bearer => ({
  authorization: `Bearer ${[subject, role, division, ...(authenticatedAt === undefined ? [] : [authenticatedAt])].join('.')}`,
});

function personOf(token: string): Result<Person> {
  const [subject, role, division, loggedInAt, ...rest] = token.split('.');
  if (subject === undefined || role === undefined || division === undefined || rest.length > 0 || !isNodeCode(division))
    return refuse('identity.invalid', '登录凭证无效');
  const authenticatedAt = loggedInAt === undefined ? {} : { authenticatedAt: Number(loggedInAt) };
  return ok({ subject, roles: [role as Role], division, ...authenticatedAt });
}

export const testVerifier: TokenVerifier = { verify: (token) => Promise.resolve(personOf(token)) };
