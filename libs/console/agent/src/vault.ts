import { base64url, fromBase64url } from './sealed-file.js';

/**
 * What a person has on this phone is sealed under a data key of the person, which is wrapped under the person's own PIN.
 * The PIN is short: it keeps a colleague with the same phone in hand out, not a laboratory (docs/adr/0013).
 */
export interface Vault {
  /** base64url. */
  readonly salt: string;
  readonly nonce: string;
  readonly wrapped: string;
  readonly iterations: number;
}

export interface Sealed {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

/** OWASP's figure of 2023 for PBKDF2-HMAC-SHA256; about a second on a cheap phone. */
const iterations = 600_000;
const saltBytes = 16;
const nonceBytes = 12;
const usages = ['encrypt', 'decrypt'] as const;
const aes = { name: 'AES-GCM', length: 256 } as const;

export const pinPattern = /^\d{6}$/;

async function wrappingKey(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return crypto.subtle.deriveKey(derivation, secret, aes, false, ['wrapKey', 'unwrapKey']);
}

/** A fresh data key behind a PIN. The key that is given out cannot leave the browser. */
export async function makeVault(pin: string): Promise<{ readonly vault: Vault; readonly key: CryptoKey }> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const data = await crypto.subtle.generateKey(aes, true, [...usages]);
  const wrapped = await crypto.subtle.wrapKey('raw', data, await wrappingKey(pin, salt, iterations), {
    name: 'AES-GCM',
    iv: nonce,
  });
  const vault = {
    ...{ salt: base64url(salt), nonce: base64url(nonce), wrapped: base64url(new Uint8Array(wrapped)) },
    iterations,
  };
  return { vault, key: (await openVault(vault, pin))! };
}

/** The data key; undefined when the PIN is another. */
export async function openVault(vault: Vault, pin: string): Promise<CryptoKey | undefined> {
  const wrapping = await wrappingKey(pin, fromBase64url(vault.salt), vault.iterations);
  const how = { name: 'AES-GCM', iv: fromBase64url(vault.nonce) };
  try {
    return await crypto.subtle.unwrapKey('raw', fromBase64url(vault.wrapped), wrapping, how, aes, false, [...usages]);
  } catch {
    return undefined;
  }
}

/** @param place what it is, bound to it: a row put in another's place does not open */
export async function sealValue(key: CryptoKey, place: string, value: unknown): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { nonce, bytes: await crypto.subtle.encrypt(optionsOf(nonce, place), key, text) };
}

/** @throws when it was sealed under another key or for another place */
export async function openValue(key: CryptoKey, place: string, { nonce, bytes }: Sealed): Promise<unknown> {
  const text = await crypto.subtle.decrypt(optionsOf(nonce, place), key, bytes);
  return JSON.parse(new TextDecoder().decode(text)) as unknown;
}

const optionsOf = (iv: Uint8Array<ArrayBuffer>, place: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(place),
});

const freeTries = 5;
const minuteMs = 60_000;
const longestWaitMinutes = 60;

/** How long nobody may try after this many wrong PINs in a row: 1, 2, 4 … 60 minutes from the fifth on. */
export const waitAfterMs = (wrongTries: number): number =>
  wrongTries < freeTries ? 0 : Math.min(2 ** (wrongTries - freeTries), longestWaitMinutes) * minuteMs;
