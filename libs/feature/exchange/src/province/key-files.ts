import { readFile } from 'node:fs/promises';
import { ed25519Signer, type Signer } from '@tongban/domain/exchange';
import { z } from 'zod';

/** Public Ed25519 key (RFC 8037) with the id under which it signs. */
const publicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1).max(200),
  x: z.string().regex(/^[\w-]{43}$/),
});
const secretKey = publicKey.extend({ d: z.string().regex(/^[\w-]{43}$/) });
const mostKeys = 20;

/** JWK Set (RFC 7517, section 5); keys of other kinds are left out. */
const keySet = z.object({ keys: z.array(z.unknown()).max(mostKeys) });

export type ProvinceKey = z.infer<typeof publicKey>;

/** Throws when it is not a key set, or holds no Ed25519 key with an id. */
export function parseKeySet(json: unknown): readonly ProvinceKey[] {
  const keys = keySet.parse(json).keys.flatMap((key) => {
    const parsed = publicKey.safeParse(key);
    return parsed.success ? [parsed.data] : [];
  });
  if (keys.length === 0) throw new Error('no Ed25519 key with kid in the key set');
  return keys;
}

/** The province's keys as handed over by it (TONGBAN_PROVINCE_PUBLIC_KEYS): then nothing is fetched. */
export const readProvinceKeys = async (path: string): Promise<readonly ProvinceKey[]> =>
  parseKeySet(JSON.parse(await readFile(path, 'utf8')));

/** The gateway's signing key (TONGBAN_PROVINCE_KEY): a private JWK with `kid`. */
export const readProvinceSigner = async (path: string): Promise<Signer> =>
  ed25519Signer(secretKey.parse(JSON.parse(await readFile(path, 'utf8'))));
