/** What this library's tests use of Node: pages are compiled without its types. */
declare module 'node:crypto' {
  interface Hash {
    update(bytes: Uint8Array): Hash;
    digest(as: 'hex'): string;
  }
  interface Decipher {
    setAAD(bytes: Uint8Array): Decipher;
    setAuthTag(bytes: Uint8Array): Decipher;
    update(bytes: Uint8Array): Uint8Array;
    final(): Uint8Array;
  }
  export function createHash(name: 'sm3'): Hash;
  export function createDecipheriv(name: 'aes-256-gcm', key: Uint8Array, nonce: Uint8Array): Decipher;
}
