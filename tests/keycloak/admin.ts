import { z } from 'zod';
import { realm } from './provider.js';

const requestTimeoutMs = 20_000;
const tokenReuseMs = 30_000;
const tokenSchema = z.object({ access_token: z.string() });

const environment = z.object({
  TONGBAN_KEYCLOAK_URL: z.url(),
  TONGBAN_KEYCLOAK_ADMIN: z.string().min(1),
  TONGBAN_KEYCLOAK_ADMIN_PASSWORD: z.string().min(1),
  TONGBAN_KEYCLOAK_LOG: z.string().min(1),
});

/** The server that `npm run test:keycloak` started. @throws saying so, when nobody did */
export function startedServer() {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) throw new Error('these tests want a running server: start them with npm run test:keycloak');
  const { data } = parsed;
  return {
    url: data.TONGBAN_KEYCLOAK_URL,
    username: data.TONGBAN_KEYCLOAK_ADMIN,
    password: data.TONGBAN_KEYCLOAK_ADMIN_PASSWORD,
    logFile: data.TONGBAN_KEYCLOAK_LOG,
  };
}

/** Keycloak's admin REST API below the product's realm. */
export class KeycloakAdmin {
  readonly #server = startedServer();
  #token: Promise<string> = Promise.resolve('');
  #takenAt = 0;

  get url(): string {
    return this.#server.url;
  }

  /** A token of the realm that administers the others, where tokens live for a minute. */
  token(): Promise<string> {
    if (Date.now() - this.#takenAt > tokenReuseMs) {
      this.#takenAt = Date.now();
      this.#token = this.#takeToken();
    }
    return this.#token;
  }

  async #takeToken(): Promise<string> {
    const { url, username, password } = this.#server;
    const response = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'admin-cli', grant_type: 'password', username, password }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return tokenSchema.parse(await response.json()).access_token;
  }

  /** @throws with the server's answer when it is no success */
  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${this.url}/admin/realms/${realm}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  async read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.call('GET', path)).json());
  }
}
