import { isNodeCode, ok, refuse, type NodeCode, type Result, type Role } from '@tongban/kernel';
import type { Person, TokenVerifier } from '@tongban/platform/http';

/** The header of a request; a type, as headers have an index. */
export type Bearer = { readonly authorization: string };

/** What a token says beyond role and place. */
interface Claims {
  readonly name?: string;
  /** Milliseconds since 1970; without it nobody can tell one log-in from another. */
  readonly authenticatedAt?: number;
}

/** The header of a person with one role at one place; the token says it all, and only {@link testVerifier} takes it. */
export const bearer = (role: Role, division: NodeCode, subject = `${role}-1`, claims?: Claims): Bearer => {
  const more = claims === undefined ? [] : [Buffer.from(JSON.stringify(claims)).toString('base64url')];
  return { authorization: `Bearer ${[subject, role, division, ...more].join('.')}` };
};

function personOf(token: string): Result<Person> {
  const [subject, role, division, more, ...rest] = token.split('.');
  if (subject === undefined || role === undefined || division === undefined || rest.length > 0 || !isNodeCode(division))
    return refuse('identity.invalid', '登录凭证无效');
  const claims = more === undefined ? {} : (JSON.parse(Buffer.from(more, 'base64url').toString()) as Claims);
  return ok({ subject, roles: [role as Role], division, ...claims });
}

export const testVerifier: TokenVerifier = { verify: (token) => Promise.resolve(personOf(token)) };
