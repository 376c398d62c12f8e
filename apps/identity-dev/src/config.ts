import { isIP } from 'node:net';
import { z } from 'zod';

export interface IdentityDevConfig {
  readonly host: string;
  readonly port: number;
  /** Public base URL without path, e.g. `http://127.0.0.1:18080`; the issuer is `<url>/realms/<realm>`. */
  readonly url: string;
  readonly realmFile: string;
  readonly usersFile: string;
  readonly keyFile: string;
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const listen = z
  .string({ error: 'must be host:port, e.g. 127.0.0.1:18080' })
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:[\]]+):\d{1,5}$/, 'must be host:port, e.g. 127.0.0.1:18080')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= 65_535, 'must have a port of at most 65535')
  .refine(({ host }) => isLoopback(host), 'must be a loopback address: this provider is for development only');

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL, e.g. http://127.0.0.1:18080' })
  .transform((text) => text.replace(/\/+$/, ''))
  .refine((text) => new URL(text).origin === text, 'must be scheme, host and port only');

const path = z.string({ error: 'must name a file' }).min(1, 'must name a file');

const environment = z.object({
  NODE_ENV: z
    .string()
    .optional()
    .refine((value) => value !== 'production', 'must not be production: use Keycloak there'),
  TONGBAN_IDENTITY_LISTEN: listen,
  TONGBAN_IDENTITY_URL: baseUrl,
  TONGBAN_IDENTITY_REALM_FILE: path.default('deploy/keycloak/realm.json'),
  TONGBAN_DEMO_USERS: path,
  TONGBAN_IDENTITY_KEY: path,
});

/** @throws Error naming every variable that is wrong and what is allowed. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): IdentityDevConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Error(`identity-dev cannot start: ${problems.join('; ')}`);
  }
  const { data } = parsed;
  return {
    ...data.TONGBAN_IDENTITY_LISTEN,
    url: data.TONGBAN_IDENTITY_URL,
    realmFile: data.TONGBAN_IDENTITY_REALM_FILE,
    usersFile: data.TONGBAN_DEMO_USERS,
    keyFile: data.TONGBAN_IDENTITY_KEY,
  };
}
