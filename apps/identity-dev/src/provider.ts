import { randomBytes } from 'node:crypto';
import type { Clock } from '@tongban/kernel';
import Provider, {
  errors,
  type Client,
  type Configuration,
  type Context,
  type RefreshToken,
  type StructuredToken,
} from 'oidc-provider';
import { Attempts } from './attempts.js';
import { accessTokenClaims, personClaims, scopeClaims } from './claims.js';
import { loginPath, loginRoutes } from './login-routes.js';
import { memoryAdapters } from './memory-adapter.js';
import { loggedOutPage, logoutPage, problemPage, sendPage, submittingPage } from './pages.js';
import { passwordGrant, passwordParameters } from './password-grant.js';
import type { Persons } from './persons.js';
import { audiencesOf, type Realm, type RealmClient } from './realm.js';
import { originAllowed, redirectAllowed } from './redirects.js';
import { writeAsKeycloak } from './refresh-token.js';
import { apiResource, resourceFor, scopes } from './resource.js';
import type { SigningKey } from './signing-key.js';
import { tokenRoutes } from './token-routes.js';

export interface ProviderParts {
  readonly issuer: string;
  readonly realm: Realm;
  readonly persons: Persons;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
}

const openid = '/protocol/openid-connect';
/** Keycloak's paths below `/realms/<realm>`. */
const routes = {
  authorization: `${openid}/auth`,
  token: `${openid}/token`,
  jwks: `${openid}/certs`,
  userinfo: `${openid}/userinfo`,
  end_session: `${openid}/logout`,
  introspection: `${openid}/token/introspect`,
};

const grantTypesOf = (client: RealmClient): string[] => [
  ...(client.standardFlowEnabled ? ['authorization_code'] : []),
  ...(client.directAccessGrantsEnabled ? ['password'] : []),
  'refresh_token',
];

const metadataOf = (client: RealmClient): Record<string, unknown> => ({
  client_id: client.clientId,
  client_name: client.name ?? client.clientId,
  token_endpoint_auth_method: 'none',
  grant_types: grantTypesOf(client),
  response_types: client.standardFlowEnabled ? ['code'] : [],
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.redirectUris,
});

/** Clients that log persons in. The realm has public ones only; a secret would not be one in this file. */
const loginClients = (realm: Realm): RealmClient[] =>
  realm.clients.filter(({ enabled, bearerOnly, publicClient }) => enabled && !bearerOnly && publicClient);

/** A refresh token lives while the session would: idle for so long, and never past the longest session. */
function refreshTokenSeconds(realm: Realm, token: RefreshToken): number {
  const left = realm.ssoSessionMaxLifespan - token.totalLifetime();
  return Math.max(1, Math.min(realm.ssoSessionIdleTimeout, left));
}

/** Like Keycloak: a page that may read the answer may ask with credentials, as keycloak-js does. */
async function allowCredentials(ctx: Context, next: () => Promise<void>): Promise<void> {
  await next();
  const allowed = ctx.response.get('access-control-allow-origin');
  if (allowed !== '' && allowed === ctx.get('origin')) ctx.set('access-control-allow-credentials', 'true');
}

export function createProvider(parts: ProviderParts): Provider {
  const { issuer, realm, persons, clock } = parts;
  const clients = new Map(loginClients(realm).map((client) => [client.clientId, client]));
  const clientOf = (clientId: string): RealmClient => {
    const client = clients.get(clientId);
    if (client === undefined) throw new Error(`the realm has no client ${clientId}`);
    return client;
  };
  const provider = new Provider(issuer, configuration(parts, clientOf, [...clients.values()]));
  // The library compares redirect URIs literally; the realm file has Keycloak's patterns.
  const { prototype } = provider.Client;
  const allowed = function (this: Client, uri: string): boolean {
    return redirectAllowed(clientOf(this.clientId).redirectUris, uri);
  };
  prototype.redirectUriAllowed = allowed;
  prototype.postLogoutRedirectUriAllowed = allowed;

  writeAsKeycloak(provider, issuer, clock);
  const attempts = new Attempts(realm, clock);
  provider.registerGrantType(
    'password',
    passwordGrant(provider, { persons, attempts, clientOf, resourceFor: resourceFor(realm) }),
    passwordParameters,
  );
  provider.use(allowCredentials);
  provider.use(loginRoutes(provider, { persons, attempts, clientOf, realmName: realm.displayName ?? realm.realm }));
  provider.use(
    tokenRoutes({
      issuer,
      signingKey: parts.signingKey,
      persons,
      clock,
      userinfoPath: routes.userinfo,
      introspectionPath: routes.introspection,
      clients,
      audiences: [...new Set([...clients.values()].flatMap(audiencesOf))],
    }),
  );
  return provider;
}

function configuration(
  { issuer, realm, persons, signingKey, clock }: ProviderParts,
  clientOf: (clientId: string) => RealmClient,
  clients: readonly RealmClient[],
): Configuration {
  const resources = resourceFor(realm);
  const realmPath = new URL(issuer).pathname;
  return {
    adapter: memoryAdapters(() => clock.now()),
    clients: clients.map(metadataOf),
    clientAuthMethods: ['none'],
    clientBasedCORS: (_: Context, origin: string, client: Client) =>
      originAllowed(clientOf(client.clientId).redirectUris, origin),
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [signingKey] },
    routes,
    scopes,
    claims: scopeClaims,
    responseTypes: ['code'],
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    rotateRefreshToken: realm.revokeRefreshToken,
    issueRefreshToken: async () => true,
    interactions: { url: async (_: Context, { uid }: { uid: string }) => `${realmPath}${loginPath}${uid}` },
    loadExistingGrant: (ctx: Context) => firstPartyGrant(ctx),
    findAccount: async (ctx: Context, subject: string) => {
      const person = await persons.findBySubject(subject);
      if (person === undefined) return undefined;
      return { accountId: subject, claims: async () => personClaims(person, clientOf(ctx.oidc.client.clientId)) };
    },
    formats: { customizers: { jwt: accessTokenAsKeycloak(persons, clientOf) } },
    ttl: {
      AccessToken: (_: Context, __: unknown, client: Client) => resources(clientOf(client.clientId)).accessTokenTTL,
      AuthorizationCode: realm.accessCodeLifespan,
      Grant: realm.ssoSessionMaxLifespan,
      IdToken: realm.accessTokenLifespan,
      Interaction: 1800,
      RefreshToken: (_: Context, token: RefreshToken) => refreshTokenSeconds(realm, token),
      Session: realm.ssoSessionIdleTimeout,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => apiResource,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_: Context, resource: string, client: Client) => {
          if (resource !== apiResource) throw new errors.InvalidTarget();
          return resources(clientOf(client.clientId));
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        // Like Keycloak: no question for whoever proves with an ID token that the session is theirs.
        logoutSource: async (ctx: Context, form: string) =>
          ctx.oidc.entities.IdTokenHint === undefined
            ? sendPage(ctx, 200, logoutPage(form))
            : sendPage(ctx, 200, submittingPage(form)),
        postLogoutSuccessSource: async (ctx: Context) => sendPage(ctx, 200, loggedOutPage()),
      },
    },
    renderError: async (ctx: Context, out: { error: string; error_description?: string }) =>
      sendPage(ctx, ctx.status, problemPage(`${out.error} ${out.error_description ?? ''}`.trim())),
  };
}

/** The product's own clients ask for no consent, as in Keycloak. */
async function firstPartyGrant(ctx: Context): Promise<unknown> {
  const { client, session, provider } = ctx.oidc;
  const granted = session?.grantIdFor(client.clientId);
  const existing = granted === undefined ? undefined : await provider.Grant.find(granted);
  if (existing !== undefined) return existing;
  if (session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(scopes.join(' '));
  grant.addResourceScope(apiResource, scopes.join(' '));
  await grant.save();
  return grant;
}

type Customizer = (
  ctx: Context,
  token: { readonly accountId?: string; readonly clientId: string; readonly sid?: string },
  jwt: StructuredToken,
) => Promise<void>;

function accessTokenAsKeycloak(persons: Persons, clientOf: (clientId: string) => RealmClient): Customizer {
  return async (ctx, token, jwt) => {
    const person = token.accountId === undefined ? undefined : await persons.findBySubject(token.accountId);
    if (person === undefined) throw new errors.InvalidRequest('the person is no longer there');
    const { AuthorizationCode, RefreshToken: refreshed } = ctx.oidc.entities;
    const authTime = refreshed?.authTime ?? AuthorizationCode?.authTime;
    const session = {
      ...(token.sid !== undefined && { sid: token.sid }),
      ...(authTime !== undefined && { authTime }),
    };
    jwt.header = { ...jwt.header, typ: 'JWT' };
    delete jwt.payload['client_id'];
    Object.assign(jwt.payload, accessTokenClaims(person, clientOf(token.clientId), session));
  };
}
