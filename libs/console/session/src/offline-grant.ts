import type { Person } from './person.js';

const prefix = 'tongban-offline-1';
/** How long one signature serves; the host takes none that serves for more than ten minutes. */
const proofSeconds = 300;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** What a device keeps: the private key cannot be read out of the browser, nor by its own pages. */
export interface KeptGrant {
  readonly id: string;
  readonly token: string;
  readonly key: CryptoKey;
}

/** What a grant says of itself. The host checks its signature; here it only tells whose it is. */
export interface GrantContent {
  readonly node: string;
  readonly person: Person;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface Written {
  readonly node: string;
  readonly person: {
    readonly subject: string;
    readonly username?: string;
    readonly name?: string;
    readonly roles: readonly string[];
    readonly department?: string;
  };
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const fromBase64url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** @throws Error when the token is none that a host has issued */
export function contentOf({ token }: Pick<KeptGrant, 'token'>): GrantContent {
  const text = new TextDecoder().decode(fromBase64url(token.slice(0, token.indexOf('.'))));
  const { node, person, issuedAt, expiresAt } = JSON.parse(text) as Written;
  const { subject, username = '', name = username, roles, department } = person;
  return { node, issuedAt, expiresAt, person: { subject, username, name, roles, department, division: node } };
}

/** A key for this device alone, with its public half as the host wants it (RFC 7518 §6.2). */
export async function makeDeviceKey() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  return { key: privateKey, device: { kty: 'EC', crv: 'P-256', x, y } } as const;
}

/** What a request carries instead of a token of the identity provider: the grant, and the device's signature of now. */
export async function present({ id, token, key }: KeptGrant, now: number): Promise<string> {
  const iat = Math.floor(now / 1000);
  const proof = { grant: id, node: contentOf({ token }).node, iat, exp: iat + proofSeconds };
  const part = `${prefix}.${token}.${base64url(new TextEncoder().encode(JSON.stringify(proof)))}`;
  const signature = await crypto.subtle.sign(signing, key, new TextEncoder().encode(part));
  return `${part}.${base64url(new Uint8Array(signature))}`;
}

/** Tokens of a grant, each used for half of its time. */
export function presenterOf(grant: KeptGrant, now: () => number = Date.now): () => Promise<string> {
  const renewMs = (proofSeconds * 1000) / 2;
  let made: { readonly at: number; readonly token: Promise<string> } | undefined;
  return () => {
    const at = now();
    // A clock that was set back makes a new one as well.
    if (made === undefined || at - made.at >= renewMs || at < made.at) made = { at, token: present(grant, at) };
    return made.token;
  };
}
