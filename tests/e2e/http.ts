import { randomUUID } from 'node:crypto';

const requestTimeoutMs = 40_000;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** The JSON of the answer; undefined when it was none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** One request, once. @throws what `fetch` throws when nobody answers */
export async function ask({ method, url, token, headers, body }: Request): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(requestTimeoutMs),
    redirect: 'error',
  });
  const text = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    json: jsonOf(text),
    text,
  };
}

/** A command as it is sent: JSON with a key of its own. */
export const commandHeaders = (key: string = randomUUID()): Record<string, string> => ({
  'content-type': 'application/json',
  'idempotency-key': key,
});

/** An answer that a test could not go on with. */
export const unexpected = (what: string, { status, text }: Answer): Error =>
  new Error(`${what} was answered ${status}: ${text.slice(0, 500)}`);
