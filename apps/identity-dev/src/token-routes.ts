import type { Clock } from '@tongban/kernel';
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose';
import type { Context } from 'oidc-provider';
import { readForm } from './body.js';
import { personClaims } from './claims.js';
import type { Persons } from './persons.js';
import type { RealmClient } from './realm.js';
import { originAllowed } from './redirects.js';
import type { SigningKey } from './signing-key.js';

export interface TokenRouteParts {
  readonly issuer: string;
  readonly signingKey: SigningKey;
  readonly persons: Persons;
  readonly clock: Clock;
  readonly userinfoPath: string;
  readonly introspectionPath: string;
  readonly clients: ReadonlyMap<string, RealmClient>;
  readonly audiences: string[];
}

type Middleware = (ctx: Context, next: () => Promise<void>) => Promise<void>;

function allowOrigin(ctx: Context, clients: Iterable<RealmClient>): void {
  const origin = ctx.get('origin');
  ctx.set('vary', 'Origin');
  for (const { redirectUris } of clients) {
    if (origin !== '' && originAllowed(redirectUris, origin)) ctx.set('access-control-allow-origin', origin);
  }
}

/**
 * Userinfo (OpenID Connect Core §5.3) and introspection (RFC 7662) of the JWT access tokens. The library answers both
 * for opaque tokens only, while Keycloak takes the tokens it gives to its clients.
 */
export function tokenRoutes(parts: TokenRouteParts): Middleware {
  const { kty, n, e, kid, alg, use } = parts.signingKey;
  const keys = createLocalJWKSet({ keys: [{ kty, n, e, kid, alg, use }] });

  async function read(token: string): Promise<JWTPayload | undefined> {
    try {
      const options = {
        issuer: parts.issuer,
        audience: parts.audiences,
        algorithms: ['RS256'],
        currentDate: new Date(parts.clock.now()),
      };
      const { payload } = await jwtVerify(token, keys, options);
      return payload['typ'] === 'Bearer' ? payload : undefined;
    } catch {
      return undefined;
    }
  }

  async function userinfo(ctx: Context): Promise<void> {
    allowOrigin(ctx, parts.clients.values());
    const token = /^Bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
    const claims = token === undefined ? undefined : await read(token);
    const person = claims?.sub === undefined ? undefined : await parts.persons.findBySubject(claims.sub);
    const client = parts.clients.get(String(claims?.['azp']));
    if (person === undefined || client === undefined) {
      ctx.status = 401;
      ctx.set('www-authenticate', 'Bearer error="invalid_token"');
      ctx.body = { error: 'invalid_token', error_description: 'Token verification failed' };
      return;
    }
    ctx.body = personClaims(person, client);
  }

  async function introspect(ctx: Context): Promise<void> {
    const form = await readForm(ctx.req);
    if (!parts.clients.has(form?.get('client_id') ?? '')) {
      ctx.status = 401;
      ctx.body = { error: 'invalid_client', error_description: 'Authentication failed' };
      return;
    }
    const claims = await read(form?.get('token') ?? '');
    const known = claims?.sub !== undefined && (await parts.persons.findBySubject(claims.sub)) !== undefined;
    ctx.body = known ? { ...claims, client_id: claims['azp'], active: true } : { active: false };
  }

  return async (ctx, next) => {
    const asksUserinfo = ctx.path === parts.userinfoPath && (ctx.method === 'GET' || ctx.method === 'POST');
    const asksIntrospection = ctx.path === parts.introspectionPath && ctx.method === 'POST';
    if (!asksUserinfo && !asksIntrospection) return next();
    ctx.set('cache-control', 'no-store');
    return asksUserinfo ? userinfo(ctx) : introspect(ctx);
  };
}
