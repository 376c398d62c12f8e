import { client } from './gen/client.gen.js';
import { newKey } from './key.js';
import { problemOf } from './problem.js';

export interface ApiConfig {
  /** Base address of the interface, e.g. `/v1` for the host that served the page. */
  readonly baseUrl: string;
  /** A token that is still valid, or undefined for a visitor. */
  readonly token: () => Promise<string | undefined>;
  /** In place of the browser's own, e.g. to see every answer. */
  readonly fetch?: typeof fetch;
}

/** To be called once, before anything is asked for. */
export function configureApi({ baseUrl, token, fetch }: ApiConfig): void {
  client.setConfig({ baseUrl, auth: token, cache: 'no-store', ...(fetch === undefined ? {} : { fetch }) });
  client.interceptors.error.use((error, response) => problemOf(error, response));
}

interface Answer<T> {
  readonly data: T;
}

type Route<Options, T> = (options: Options & { throwOnError: true }) => Promise<Answer<T>>;

/** @throws ApiProblem */
export async function call<Options extends object, T>(route: Route<Options, T>, options: Options): Promise<T> {
  const { data } = await route({ ...options, throwOnError: true });
  return data;
}

/**
 * Headers of a command.
 *
 * @param key the same for every attempt at the same act
 * @param seq number of the record's last entry that the person saw, where the command depends on it
 */
export const commandHeaders = (key: string = newKey(), seq?: number) => ({
  'Idempotency-Key': key,
  ...(seq === undefined ? {} : { 'If-Match': `"${seq}"` }),
});
