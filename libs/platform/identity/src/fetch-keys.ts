import type { KeyLimits } from './limits.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text behind the key address. Time, size and redirects are bounded here because the peer may be anything: a proxy's
 * error page, a captive portal, a server that never finishes.
 * @throws Error with a short reason; status other than 200, redirect, time-out, too many bytes.
 */
export async function fetchKeys(url: string, limits: KeyLimits): Promise<string> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    signal: AbortSignal.timeout(limits.fetchTimeoutMs),
  });
  const { body } = response;
  if (response.status !== 200) {
    await body?.cancel();
    throw new Error(`the key address answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, which closes the connection.
    if (size > limits.maxResponseBytes) throw new Error(`the key set is larger than ${limits.maxResponseBytes} bytes`);
    chunks.push(chunk);
  }
  return utf8.decode(Buffer.concat(chunks, size));
}
