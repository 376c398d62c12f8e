import { createHash } from 'node:crypto';

/** SM3 (GB/T 32905), 32 bytes. */
export function sm3(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sm3');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * Fields in a fixed order, each as its length (4 bytes, big endian) and its UTF-8 bytes: unambiguous without a schema,
 * so that any language can rebuild what was hashed or signed.
 */
export function framed(fields: readonly (string | number | Uint8Array)[]): Buffer {
  const parts: Buffer[] = [];
  for (const field of fields) {
    const bytes = typeof field === 'object' ? Buffer.from(field) : Buffer.from(String(field), 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
