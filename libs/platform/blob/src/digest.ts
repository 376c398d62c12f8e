import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

const digestPattern = /^[0-9a-f]{64}$/;
/** Bytes hashed before other work gets a turn: a large attachment must not hold up the process. */
const sliceBytes = 1024 * 1024;

/** SM3 (GB/T 32905-2016) in lower-case hexadecimal. */
export const isDigest = (text: string): boolean => digestPattern.test(text);

export async function digestOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sm3');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Parts of a buffer, each in a turn of its own. */
export async function* inTurns(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    yield bytes.subarray(from, from + sliceBytes);
    await nextTurn();
  }
}
