import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const maxKeys = 32;
const minModulusBits = 2048;

const keySchema = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1).max(256),
  n: z.string().regex(/^[A-Za-z0-9_-]{1,2048}$/),
  e: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
});
type RsaKey = z.infer<typeof keySchema>;

const setSchema = z.object({ keys: z.array(z.unknown()).max(maxKeys), fetchedAt: z.number().nonnegative().optional() });

export interface KeySet {
  readonly byId: ReadonlyMap<string, KeyObject>;
  /** Present in a saved set only. */
  readonly fetchedAt?: number;
  /** What to save: public members of the usable keys and nothing else the provider sent. */
  readonly keys: readonly RsaKey[];
}

function publicKey({ kty, n, e }: RsaKey): KeyObject | undefined {
  try {
    const jwk: JsonWebKey = { kty, n, e };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= minModulusBits ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a JWK set. Keys that cannot check an RS256 signature (encryption keys, other algorithms, short or malformed
 * keys) are left out; the same kid twice counts once.
 * @throws Error when the text is no key set or holds no usable key. The message never quotes the text.
 */
export function parseKeySet(text: string): KeySet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the key set is not JSON');
  }
  const set = setSchema.safeParse(json);
  if (!set.success) throw new Error('the answer is not a key set');
  const byId = new Map<string, KeyObject>();
  const keys: RsaKey[] = [];
  for (const candidate of set.data.keys) {
    const parsed = keySchema.safeParse(candidate);
    if (!parsed.success || byId.has(parsed.data.kid)) continue;
    const key = publicKey(parsed.data);
    if (key === undefined) continue;
    byId.set(parsed.data.kid, key);
    keys.push(parsed.data);
  }
  if (byId.size === 0) throw new Error('the key set has no usable RS256 key');
  const { fetchedAt } = set.data;
  return fetchedAt === undefined ? { byId, keys } : { byId, keys, fetchedAt };
}

export const savedKeySet = (set: KeySet, fetchedAt: number): string => JSON.stringify({ fetchedAt, keys: set.keys });
