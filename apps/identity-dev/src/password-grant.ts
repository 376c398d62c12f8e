import { randomUUID } from 'node:crypto';
import type Provider from 'oidc-provider';
import { errors, type AccessToken, type Context } from 'oidc-provider';
import type { Attempts } from './attempts.js';
import { personClaims } from './claims.js';
import type { DemoPerson, Persons } from './persons.js';
import type { RealmClient } from './realm.js';
import { apiResource, scopes, type ResourceFor } from './resource.js';
import { signIn } from './sign-in.js';

export const passwordParameters = ['username', 'password', 'scope'] as const;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The same words for a wrong password, an unknown name and a locked one: whoever guesses learns nothing. */
function refused(): Error {
  const error = new errors.OIDCProviderError(400, 'invalid_grant');
  error.error_description = 'Invalid user credentials';
  return error;
}

/** Keycloak gives the default scopes always and `openid` when asked; it refuses those that the client has not. */
function scopeOf(asked: readonly string[]): string {
  const known: readonly string[] = scopes;
  if (asked.some((name) => !known.includes(name))) {
    const error = new errors.OIDCProviderError(400, 'invalid_scope');
    error.error_description = `Invalid scopes: ${asked.join(' ')}`;
    throw error;
  }
  return scopes.filter((name) => name !== 'openid' || asked.includes(name)).join(' ');
}

export interface PasswordGrantParts {
  readonly persons: Persons;
  readonly attempts: Attempts;
  readonly clientOf: (clientId: string) => RealmClient;
  readonly resourceFor: ResourceFor;
}

/** Resource owner password credentials (RFC 6749 §4.3) for clients with direct access grants. */
export function passwordGrant(provider: Provider, parts: PasswordGrantParts): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const { params } = ctx.oidc;
    const signedIn = await signIn(
      parts.persons,
      parts.attempts,
      textOf(params['username']),
      textOf(params['password']),
    );
    if (signedIn.outcome !== 'right') throw refused();
    const scope = scopeOf(textOf(params['scope']).split(' ').filter(Boolean));
    ctx.body = await issue(provider, ctx, parts, signedIn.person, scope);
  };
}

async function issue(
  provider: Provider,
  ctx: Context,
  parts: PasswordGrantParts,
  person: DemoPerson,
  scope: string,
): Promise<Record<string, unknown>> {
  const { client } = ctx.oidc;
  const realmClient = parts.clientOf(client.clientId);
  const grant = new provider.Grant({ accountId: person.subject, clientId: client.clientId });
  grant.addOIDCScope(scope);
  grant.addResourceScope(apiResource, scope);
  const source: ConstructorParameters<typeof AccessToken>[0] = {
    accountId: person.subject,
    client,
    grantId: await grant.save(),
    gty: 'password',
    scope,
    sid: randomUUID(),
    authTime: Math.floor(Date.now() / 1000),
    resource: apiResource,
  };
  const refreshToken = new provider.RefreshToken(source);
  // What access tokens say of the time of authentication is taken from here, as it is after a refresh.
  ctx.oidc.entity('RefreshToken', refreshToken);
  const accessToken = new provider.AccessToken(source);
  accessToken.resourceServer = new provider.ResourceServer(apiResource, parts.resourceFor(realmClient));
  const answer: Record<string, unknown> = {
    access_token: await accessToken.save(),
    expires_in: accessToken.expiration,
    refresh_token: await refreshToken.save(),
    refresh_expires_in: refreshToken.expiration,
    token_type: accessToken.tokenType,
    scope,
  };
  if (scope.split(' ').includes('openid')) {
    const claims = { ...personClaims(person, realmClient), auth_time: source.authTime };
    const idToken = new provider.IdToken(claims, { ctx });
    idToken.scope = scope;
    idToken.set('sid', source.sid);
    answer['id_token'] = await idToken.issue({ use: 'idtoken' });
  }
  return answer;
}
