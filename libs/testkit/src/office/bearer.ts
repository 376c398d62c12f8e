import { isNodeCode, ok, refuse, type NodeCode, type Result, type Role } from '@tongban/kernel';
import type { Person, TokenVerifier } from '@tongban/platform/http';

/** The header of a request; a type, as headers have an index. */
export type Bearer = { readonly authorization: string };

/** The header of a person with one role at one place; the token says it all, and only {@link testVerifier} takes it. */
export const bearer = (role: Role, division: NodeCode, subject = `${role}-1`): Bearer => ({
  authorization: `Bearer ${subject}.${role}.${division}`,
});

function personOf(token: string): Result<Person> {
  const [subject, role, division, ...rest] = token.split('.');
  if (subject === undefined || role === undefined || division === undefined || rest.length > 0 || !isNodeCode(division))
    return refuse('identity.invalid', '登录凭证无效');
  return ok({ subject, roles: [role as Role], division });
}

export const testVerifier: TokenVerifier = { verify: (token) => Promise.resolve(personOf(token)) };
