import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CityFolder } from './city.js';

const keySchema = z.looseObject({
  kid: z.string(),
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
});

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS with RS256 (RFC 7515, RFC 7518 §3.3). */
function sign(claims: object, kid: string, key: KeyObject): string {
  const text = `${encoded({ alg: 'RS256', typ: 'JWT', kid })}.${encoded(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

function providerKey(folder: CityFolder): { readonly kid: string; readonly key: KeyObject } {
  const jwk = keySchema.parse(JSON.parse(readFileSync(folder.file('secrets', 'identity-key.json'), 'utf8')));
  return { kid: jwk.kid, key: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

/** Tokens as the provider would give them to persons of any roles and division, made after a good one. */
export function tokenMaker(folder: CityFolder, good: string) {
  const { kid, key } = providerKey(folder);
  const claims = claimsOf(good);
  return (subject: string, roles: readonly string[], division?: string): string =>
    sign({ ...claims, sub: subject, realm_access: { roles }, division }, kid, key);
}

/** What a thief or a careless client might send instead of a good token, made from one. */
export function spoiled(folder: CityFolder, good: string) {
  const { kid, key: own } = providerKey(folder);
  const { privateKey: foreign } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims = claimsOf(good);
  const past = Math.floor(Date.now() / 1000) - 3_600;
  const [header, , signature] = good.split('.');
  return {
    /** Signed by the provider's own key, an hour too old. */
    expired: sign({ ...claims, iat: past - 1_800, exp: past }, kid, own),
    /** Good in every respect: shows that the two above and below are refused for their one fault. */
    renewed: sign(claims, kid, own),
    foreign: sign(claims, kid, foreign),
    unknownKey: sign(claims, 'a-key-that-nobody-published', foreign),
    otherAudience: sign({ ...claims, aud: 'somebody-else' }, kid, own),
    otherRole: `${header}.${encoded({ ...claims, realm_access: { roles: ['approver'] } })}.${signature}`,
  };
}

const unsignedParts = (header: object, claims: object): string => `${encoded(header)}.${encoded(claims)}`;

/** Tokens that the provider or somebody else has made for another purpose, and such as say themselves how to be checked. */
export function confusing(folder: CityFolder, good: string): Readonly<Record<string, string>> {
  const { kid, key } = providerKey(folder);
  const claims = claimsOf(good);
  const publicPem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
  const publicDer = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const hmac = (secret: string | Buffer): string => {
    const text = unsignedParts({ alg: 'HS256', typ: 'JWT', kid }, claims);
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const none = unsignedParts({ alg: 'none', typ: 'JWT', kid }, claims);
  const signature = good.split('.')[2] ?? '';
  const { aud: _, ...forNobody } = claims;
  return {
    'of another realm': sign({ ...claims, iss: String(claims['iss']).replace(/[^/]+$/, 'master') }, kid, key),
    'of the same realm elsewhere': sign({ ...claims, iss: `https://elsewhere.example/realms/tongban` }, kid, key),
    'for another audience': sign({ ...claims, aud: ['account', 'realm-management'] }, kid, key),
    'for no audience': sign(forNobody, kid, key),
    'that another client of the realm was given for us': sign({ ...claims, azp: 'account-console' }, kid, key),
    'that no client was given': sign({ ...claims, azp: undefined }, kid, key),
    'that tells the client who it is (ID token)': sign({ ...claims, typ: 'ID' }, kid, key),
    'that renews a session (refresh token)': sign({ ...claims, typ: 'Refresh' }, kid, key),
    'that renews one off line': sign({ ...claims, typ: 'Offline' }, kid, key),
    'that ends a session (logout token)': sign({ ...claims, typ: 'Logout' }, kid, key),
    'without a signature': `${none}.`,
    'without a signature, and one put behind it': `${none}.${signature}`,
    'signed with the public key as a secret (PEM)': hmac(publicPem),
    'signed with the public key as a secret (DER)': hmac(publicDer),
  };
}
