import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@tongban/kernel';
import { blobLimits, sealedOverheadBytes } from './limits.js';

export const keyBytes = 32;
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';
const header = Buffer.of(version);

/**
 * AES-256-GCM (NIST SP 800-38D): version byte 1, nonce of 12 bytes, ciphertext, tag of 16 bytes; the version byte is
 * authenticated too. Every content has a key of its own, so a nonce never meets a key twice.
 */
export function seal(content: Uint8Array, random: Random): { readonly sealed: Buffer; readonly key: Buffer } {
  const key = Buffer.from(random.bytes(keyBytes));
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(header);
  const ciphertext = cipher.update(content);
  return { sealed: Buffer.concat([header, nonce, ciphertext, cipher.final(), cipher.getAuthTag()]), key };
}

/** The content; undefined when the key does not fit or the bytes are not what was sealed. */
export function unseal(sealed: Uint8Array, key: Uint8Array): Buffer | undefined {
  if (key.length !== keyBytes || sealed[0] !== version) return undefined;
  if (sealed.length < sealedOverheadBytes || sealed.length > blobLimits.maxSealedBytes) return undefined;
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(header);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const content = decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    return undefined;
  }
}
