/** The person behind a token, as the realm's mappers put it there. */
export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly username: string;
  readonly roles: readonly string[];
  /** Of staff and agents; residents have none. */
  readonly division: string | undefined;
  readonly department: string | undefined;
}

interface Claims {
  readonly sub?: string;
  readonly name?: string;
  readonly preferred_username?: string;
  readonly realm_access?: { readonly roles?: readonly string[] };
  readonly division?: string;
  readonly department?: string;
}

export function personOf(claims: Claims): Person {
  const username = claims.preferred_username ?? '';
  return {
    subject: claims.sub ?? '',
    name: claims.name ?? username,
    username,
    roles: claims.realm_access?.roles ?? [],
    division: claims.division,
    department: claims.department,
  };
}
