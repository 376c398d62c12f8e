import type { DemoPerson } from './persons.js';
import { attributeClaimsOf, audiencesOf, type RealmClient } from './realm.js';

/** Scopes as Keycloak's built-in ones; claims an ID token or the userinfo answer carries for each. */
export const scopeClaims = {
  openid: ['sub', 'division', 'department'],
  profile: ['name', 'preferred_username'],
  email: [],
} as const satisfies Record<string, readonly string[]>;

/** What a person's tokens say about the person, by claim name. */
export function personClaims(person: DemoPerson, client: RealmClient): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    sub: person.subject,
    preferred_username: person.username,
    name: person.name,
  };
  for (const [claim, attribute] of attributeClaimsOf(client)) {
    const value = person.attributes.get(attribute);
    if (value !== undefined) claims[claim] = value;
  }
  return claims;
}

/** What an access token carries beyond issuer, times, id and subject, in Keycloak's form. */
export function accessTokenClaims(
  person: DemoPerson,
  client: RealmClient,
  session: { readonly sid?: string; readonly authTime?: number },
): Record<string, unknown> {
  const audiences = audiencesOf(client);
  return {
    ...personClaims(person, client),
    typ: 'Bearer',
    azp: client.clientId,
    aud: audiences.length === 1 ? audiences[0] : audiences,
    realm_access: { roles: [...person.roles] },
    ...(session.sid !== undefined && { sid: session.sid }),
    ...(session.authTime !== undefined && { auth_time: session.authTime }),
  };
}
