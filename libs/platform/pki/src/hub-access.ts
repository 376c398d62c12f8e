import { credsAuthenticator, type Authenticator, type TlsOptions } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const claims = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/),
  sub: z.string().startsWith('U'),
  exp: z.number().optional(),
});

export interface HubCredentials {
  /** The user's name: its answers come to `_INBOX.<name>`. */
  readonly name: string;
  /** Public nkey. */
  readonly key: string;
  /** Milliseconds since 1970; undefined when they do not end. */
  readonly expiresAt: number | undefined;
}

/** What a credentials file (`.creds`) says of its user. Its signature is checked by the hub alone. */
export function readCredentials(text: string): HubCredentials {
  const token = /-----BEGIN NATS USER JWT-----\s+[\w-]+\.([\w-]+)\.[\w-]+\s/.exec(text)?.[1];
  const seed = /-----BEGIN USER NKEY SEED-----\s+(SU[A-Z2-7]+)\s/.exec(text)?.[1];
  if (token === undefined || seed === undefined) throw new Error('no credentials of a NATS user');
  const { name, sub, exp } = claims.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  return { name, key: sub, expiresAt: exp === undefined ? undefined : exp * 1000 };
}

/** What the hub's certificate names; no host's does. */
export const hubUri = 'tongban:hub';

/** Whom to take for the hub; `off` where something else protects the way, and somebody has said so. */
export type HubSecurity =
  | 'off'
  | {
      /** File of the city's certificate authority (PEM), read at each connection. */
      readonly authority: string;
      /** By the serial number, as TLS tells it. */
      readonly isRevoked?: (serial: string) => boolean;
    };

interface ShownCertificate {
  readonly subjectaltname?: string;
  readonly serialNumber: string;
}

/** An address is no name: what counts is that the certificate is the hub's, and not that of a host of the city. */
function checkHub({ subjectaltname = '', serialNumber }: ShownCertificate, isRevoked?: (serial: string) => boolean) {
  if (!subjectaltname.split(', ').includes(`URI:${hubUri}`)) return new Error('the server that answers is not the hub');
  return isRevoked?.(serialNumber) === true ? new Error('the certificate of the hub is revoked') : undefined;
}

function tlsTo(security: HubSecurity): { readonly tls?: TlsOptions } {
  if (security === 'off') return {};
  const checkServerIdentity = (_host: string, certificate: ShownCertificate): Error | undefined =>
    checkHub(certificate, security.isRevoked);
  // The client hands on what it does not know to node:tls; a server without TLS is refused as long as this is given.
  return { tls: { caFile: security.authority, checkServerIdentity } as TlsOptions };
}

/** Options of a connection to the hub that say who connects. */
export interface HubAccess {
  readonly authenticator: Authenticator;
  readonly inboxPrefix: string;
  /** Renewed credentials may come later than the old ones ended: nothing is given up. */
  readonly ignoreAuthErrorAbort: true;
  readonly tls?: TlsOptions;
}

/**
 * The host's credentials, read anew for each connection: a renewed file needs no restart. A file that is missing or
 * damaged at that moment is not fatal, what was read last is tried again.
 * @throws when it is no credentials file at the start
 */
export function hubAccess(file: string, security: HubSecurity): HubAccess {
  let last = readFileSync(file);
  const { name } = readCredentials(last.toString());
  const read = (): Uint8Array => {
    try {
      const fresh = readFileSync(file);
      if (readCredentials(fresh.toString()).name === name) last = fresh;
    } catch {
      // being replaced
    }
    return last;
  };
  const authenticator = credsAuthenticator(read);
  return { authenticator, inboxPrefix: `_INBOX.${name}`, ignoreAuthErrorAbort: true, ...tlsTo(security) };
}
