import { RequestRefusal } from './request-refusal.js';

export const deepestJson = 32;

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);

/** How deep arrays and objects are nested, read off the bytes; stops one level beyond `limit`. */
export function jsonDepth(bytes: Uint8Array, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (opening.has(byte)) {
      deepest = Math.max(deepest, ++depth);
      if (deepest > limit) return deepest;
    } else if (closing.has(byte)) depth--;
  }
  return deepest;
}

type ParseJson = (text: string) => unknown;

/**
 * Parses a JSON body. `parse` is told from JSON.parse so that the caller can give one that refuses `__proto__`.
 *
 * @throws RequestRefusal request.malformed
 */
export function parseJsonBody(bytes: Buffer, parse: ParseJson): unknown {
  if (bytes.length === 0) return undefined;
  if (jsonDepth(bytes, deepestJson) > deepestJson) {
    throw new RequestRefusal('request.malformed', `JSON 嵌套超过 ${deepestJson} 层`);
  }
  try {
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new RequestRefusal('request.malformed', '请求正文不是正确的 JSON');
  }
}
