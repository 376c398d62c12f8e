import type { ResourceServerInfo } from 'oidc-provider';
import { accessTokenSeconds, audiencesOf, type Realm, type RealmClient } from './realm.js';

/** The one resource that access tokens are for; the library wants an absolute URI (RFC 8707 §2). */
export const apiResource = 'urn:tongban:api';
export const scopes = ['openid', 'profile', 'email'] as const;

export type ResourceFor = (client: RealmClient) => ResourceServerInfo;

export const resourceFor =
  (realm: Realm): ResourceFor =>
  (client) => ({
    scope: scopes.join(' '),
    audience: audiencesOf(client)[0] ?? client.clientId,
    accessTokenTTL: accessTokenSeconds(realm, client),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  });
