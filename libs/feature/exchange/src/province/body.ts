import { types } from 'node:util';

/** A route below the province's address, which may end in a slash. */
export const endpoint = (url: string, path: `/${string}`): string => `${url.replace(/\/+$/, '')}${path}`;

/** The whole body of an answer; throws when it is longer than `maxBytes` or breaks off. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body !== null)
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  return new Uint8Array(Buffer.concat(chunks));
}

/** What went wrong with a request, without anything of its content. */
export function reasonOf(error: unknown): string {
  // Not instanceof: an error of the runtime may be of another realm.
  if (!types.isNativeError(error)) return 'unknown failure';
  const { cause } = error;
  const code = types.isNativeError(cause) && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `${error.name}: ${error.message}${code}`.slice(0, 300);
}
