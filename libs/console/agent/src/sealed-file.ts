import { sm3 } from './sm3.js';

/** A file as the village keeps it: only its bearer's key opens it, and its name is the digest of the sealed bytes. */
export interface SealedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SM3 of `bytes`. */
  readonly digest: string;
  /** base64url of 32 bytes. */
  readonly key: string;
  /** Bytes of the content. */
  readonly size: number;
}

const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const header = Uint8Array.of(version);

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/**
 * Seals a file on the phone as the server seals uploads (libs/platform/blob): version byte, nonce, AES-256-GCM with the
 * version byte authenticated. A file is sealed once: what lies on the phone is what is sent, however often it breaks off.
 */
export async function sealFile(content: Uint8Array<ArrayBuffer>): Promise<SealedFile> {
  const raw = crypto.getRandomValues(new Uint8Array(keyBytes));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const body = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: header }, key, content),
  );
  const bytes = new Uint8Array(header.length + nonceBytes + body.length);
  bytes.set(header);
  bytes.set(nonce, header.length);
  bytes.set(body, header.length + nonceBytes);
  return { bytes, digest: sm3(bytes), key: base64url(raw), size: content.length };
}

/** The content again, to be shown on the phone. @throws when key and bytes do not belong together */
export async function openFile(bytes: Uint8Array<ArrayBuffer>, key: string): Promise<Uint8Array<ArrayBuffer>> {
  const opener = await crypto.subtle.importKey('raw', fromBase64url(key), 'AES-GCM', false, ['decrypt']);
  const iv = bytes.subarray(header.length, header.length + nonceBytes);
  const sealed = bytes.subarray(header.length + nonceBytes);
  const options = { name: 'AES-GCM', iv, additionalData: header };
  return new Uint8Array(await crypto.subtle.decrypt(options, opener, sealed));
}
