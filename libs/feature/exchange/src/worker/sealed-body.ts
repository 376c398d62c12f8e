import { unwrap } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a batch name applicants, so they lie in the database sealed for the node that sends them. */
export const sealBody = ({ sealer, node }: ExchangeTools, bytes: Uint8Array): Promise<string> =>
  sealer.seal({ body: text.decode(bytes) }, [node]);

/** Bytes of any kind: what the province says of rows may name somebody. */
export const sealBytes = ({ sealer, node }: ExchangeTools, bytes: Uint8Array): Promise<string> =>
  sealer.seal({ bytes: Buffer.from(bytes).toString('base64url') }, [node]);

/** Exactly the bytes that were sealed. */
export async function openBody({ sealer, node }: ExchangeTools, sealed: string): Promise<Uint8Array> {
  const { body } = unwrap(await sealer.open(sealed, node));
  if (typeof body !== 'string') throw new Error('a kept batch has no body');
  return new TextEncoder().encode(body);
}
