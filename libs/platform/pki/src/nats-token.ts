import { createHash } from 'node:crypto';
import type { Nkey } from './nkeys.js';

export interface NatsClaims {
  readonly name: string;
  /** Public key of whom it is about. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly nats: Readonly<Record<string, unknown>> & { readonly type: 'operator' | 'account' | 'user' };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenVersion = 2;

/** A token of NATS' decentralised authentication (JWT with `ed25519-nkey`), signed by the issuer. */
export function natsToken(issuer: Nkey, { name, subject, issuedAt, expiresAt, nats }: NatsClaims): string {
  const claims = {
    iat: Math.floor(issuedAt / 1000),
    ...(expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) }),
    iss: issuer.publicKey,
    name,
    sub: subject,
    nats: { ...nats, version: tokenVersion },
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const body = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, jti })}`;
  return `${body}.${issuer.sign(Buffer.from(body)).toString('base64url')}`;
}

/** A credentials file: token and seed of one user. */
export const credentialsFile = (token: string, user: Nkey): string =>
  [
    ...['-----BEGIN NATS USER JWT-----', token, '------END NATS USER JWT------', ''],
    ...['-----BEGIN USER NKEY SEED-----', user.seed, '------END USER NKEY SEED------', ''],
  ].join('\n');
