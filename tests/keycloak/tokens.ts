import { GrantManagerVerifier, memoryKeyStore } from '@tongban/platform/identity';
import { z } from 'zod';
import { audience, callback, openid, realmPath, type TestedProvider, type TestPerson } from './provider.js';

const requestTimeoutMs = 20_000;
/** A login is several pages and slow hashes, on a machine that does other things. */
export const testTimeoutMs = 60_000;

const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string().optional(),
  expires_in: z.number(),
  refresh_expires_in: z.number().optional(),
  token_type: z.literal('Bearer'),
});
export type Tokens = z.infer<typeof tokensSchema>;

export const post = (
  provider: TestedProvider,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${provider.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeoutMs),
  });

/** Tokens of an answer. @throws with the answer when it is a refusal */
export async function tokensOf(response: Response): Promise<Tokens> {
  const body: unknown = await response.json();
  if (response.status !== 200)
    throw new Error(`the token endpoint answered ${response.status}: ${JSON.stringify(body)}`);
  return tokensSchema.parse(body);
}

const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** A refusal of the token endpoint with its status (RFC 6749 §5.2). */
export const refused = async (response: Response) => ({
  status: response.status,
  ...refusalSchema.parse(await response.json()),
});

export const passwordGrant = (
  provider: TestedProvider,
  { username, password }: Pick<TestPerson, 'username' | 'password'>,
  scope?: string,
): Promise<Response> =>
  post(provider, `${openid}/token`, {
    client_id: 'tongban-demo',
    grant_type: 'password',
    username,
    password,
    ...(scope !== undefined && { scope }),
  });

export const exchange = (
  provider: TestedProvider,
  code: string,
  verifier: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  post(
    provider,
    `${openid}/token`,
    {
      client_id: 'tongban-console',
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      code_verifier: verifier,
    },
    headers,
  );

export const refresh = (provider: TestedProvider, clientId: string, token: string): Promise<Response> =>
  post(provider, `${openid}/token`, { client_id: clientId, grant_type: 'refresh_token', refresh_token: token });

export interface VerifierChanges {
  readonly issuer?: string;
  readonly audience?: string;
  readonly authorizedParties?: readonly string[];
  readonly aheadMs?: number;
}

export const verifierOf = (provider: TestedProvider, changes: VerifierChanges = {}): GrantManagerVerifier =>
  new GrantManagerVerifier({
    issuer: changes.issuer ?? `${provider.url}${realmPath}`,
    audience: changes.audience ?? audience,
    ...(changes.authorizedParties !== undefined && { authorizedParties: changes.authorizedParties }),
    keysUrl: `${provider.url}${openid}/certs`,
    store: memoryKeyStore(),
    clock: { now: () => Date.now() + (changes.aheadMs ?? 0) },
  });
