import type { JWK } from 'jose';
import { z } from 'zod';
import { ed25519Signer, ed25519Verifier } from './ed25519.js';
import type { Signer, Verifier } from './signer.js';
import { sm2Signer, sm2Verifier } from './sm2.js';

const coordinate = z.string().regex(/^[\w-]{43}$/);
const kid = z.string().min(1).max(200);
/** NumericDate (RFC 7519) from which a key signs. */
const notBefore = z.int().nonnegative().optional();
const ed25519Key = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), kid, x: coordinate, nbf: notBefore });
const sm2Key = z.object({
  kty: z.literal('EC'),
  crv: z.literal('SM2'),
  kid,
  x: coordinate,
  y: coordinate,
  nbf: notBefore,
});
const publicKey = z.discriminatedUnion('kty', [ed25519Key, sm2Key]);
const d = { d: coordinate };
const privateKey = z.discriminatedUnion('kty', [ed25519Key.extend(d), sm2Key.extend(d)]);

/** A public key of either suite, with the id under which it signs. */
export type PublicKey = z.infer<typeof publicKey>;
type PrivateKey = z.infer<typeof privateKey>;

const mostKeys = 20;
/** JWK Set (RFC 7517, section 5). */
const keySet = z.object({ keys: z.array(z.unknown()).max(mostKeys) });
const msPerSecond = 1_000;

/** Keys of other kinds are left out. Throws when it is no key set, or holds none of ours. */
export function parsePublicKeys(json: unknown): readonly PublicKey[] {
  const keys = keySet.parse(json).keys.flatMap((key) => publicKey.safeParse(key).data ?? []);
  if (keys.length === 0) throw new Error('no Ed25519 or SM2 key with kid in the key set');
  return keys;
}

/** Throws when the key is not what its JWK says. */
export const verifierOf = async (key: PublicKey): Promise<Verifier> =>
  key.kty === 'EC' ? sm2Verifier(key as JWK) : ed25519Verifier(key as JWK);

const signerOf = async (key: PrivateKey): Promise<Signer> =>
  key.kty === 'EC' ? sm2Signer(key as JWK) : ed25519Signer(key as JWK);

/** One private JWK, or a set of them. What is wrong is never told with any of the text: it is a secret. */
function parsePrivateKeys(text: string): PrivateKey[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the signing key is not JSON');
  }
  const set = keySet.safeParse(json);
  const parsed = z
    .array(privateKey)
    .min(1)
    .max(mostKeys)
    .safeParse(set.success ? set.data.keys : [json]);
  if (!parsed.success)
    throw new Error('the signing key is not a private Ed25519 or SM2 JWK with kid, nor a set of them');
  if (new Set(parsed.data.map((key) => key.kid)).size < parsed.data.length)
    throw new Error('two signing keys have the same kid');
  return parsed.data;
}

/** What we sign with: the newest key whose time has come. */
export interface SigningKeys {
  /** A signer to be used for one signature: the next one may have another key. */
  current(nowMs: number): Signer;
  /** Of all of them, for whoever verifies: made known before a key's time comes. */
  readonly publicKeys: readonly PublicKey[];
}

const publicPart = (key: PrivateKey): PublicKey => publicKey.parse(key);

/** From a private JWK or a set of them as text; `nbf` says from when a key signs. Throws without telling the text. */
export async function readSigningKeys(text: string): Promise<SigningKeys> {
  const keys = parsePrivateKeys(text);
  const signers = await Promise.all(
    keys.map(async (key) => ({ from: (key.nbf ?? 0) * msPerSecond, signer: await signerOf(key) })),
  );
  signers.sort((a, b) => a.from - b.from);
  return {
    publicKeys: keys.map(publicPart),
    current(nowMs) {
      const usable = signers.findLast(({ from }) => from <= nowMs);
      if (usable === undefined) throw new Error('the time of no signing key has come');
      return usable.signer;
    },
  };
}
