import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { exportJWK, FlattenedSign, flattenedVerify, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { sm2Verifier, verifyDetached, type Verifier } from '@tongban/platform/signing';
import { z } from 'zod';

const algorithm = 'EdDSA';
const jwk = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), kid: z.string().min(1), x: z.string() });
const sm2Jwk = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('SM2'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
});
const clientKeys = z.object({ keys: z.array(z.union([jwk, sm2Jwk])).min(1) });

async function asymmetric(key: JWK): Promise<CryptoKey> {
  const imported = await importJWK(key, algorithm);
  if (imported instanceof Uint8Array) throw new Error('not an asymmetric key');
  return imported;
}

/** Public keys of the platforms that may report, by key id. */
export interface ClientKeys {
  readonly ed25519: ReadonlyMap<string, CryptoKey>;
  readonly sm2: readonly Verifier[];
}

/** Reads a JWK Set (RFC 7517 §5) of Ed25519 and SM2 public keys. */
export async function readClientKeys(path: string): Promise<ClientKeys> {
  const { keys } = clientKeys.parse(JSON.parse(await readFile(path, 'utf8')));
  const ed25519 = new Map<string, CryptoKey>();
  const sm2: Verifier[] = [];
  for (const { kty, crv, kid, x, y } of keys) {
    if (kty === 'OKP') ed25519.set(kid, await asymmetric({ kty, crv, x }));
    else sm2.push(sm2Verifier({ kty, crv, kid, x, y: String(y) }));
  }
  return { ed25519, sm2 };
}

/** Key id of whoever signed the body with a detached JWS (RFC 7797), undefined when nobody known did. */
export async function signerOf(jws: string, body: Uint8Array, keys: ClientKeys): Promise<string | undefined> {
  const [header, payload, signature, ...rest] = jws.split('.');
  if (!header || payload !== '' || !signature || rest.length > 0) return undefined;
  const bySm2 = await verifyDetached(jws, body, keys.sm2);
  if (bySm2.ok) return bySm2.value.keyId;
  try {
    const verified = await flattenedVerify(
      { protected: header, payload: body, signature },
      (protectedHeader) => {
        const key = keys.ed25519.get(protectedHeader?.kid ?? '');
        if (key === undefined) throw new Error('unknown key');
        return key;
      },
      { algorithms: [algorithm] },
    );
    return verified.protectedHeader?.b64 === false ? verified.protectedHeader.kid : undefined;
  } catch {
    return undefined;
  }
}

/** The platform's own key: signs answers. */
export interface ReceiptKey {
  readonly publicJwk: JWK;
  sign(body: Uint8Array): Promise<string>;
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

async function readOrMakeKey(path: string): Promise<JWK> {
  try {
    return jwk.extend({ d: z.string() }).parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const made = { ...(await exportJWK(privateKey)), kid: `province-${randomUUID()}` };
  await writeFile(path, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
  return made;
}

/** Reads the private key file, or makes it at the first start with mode 600. */
export async function openReceiptKey(path: string): Promise<ReceiptKey> {
  const own = await readOrMakeKey(path);
  const key = await asymmetric(own);
  const { kty, crv, kid, x } = jwk.parse(own);
  return {
    publicJwk: { kty, crv, kid, x, alg: algorithm, use: 'sig' },
    sign: async (body) => {
      const jws = await new FlattenedSign(body)
        .setProtectedHeader({ alg: algorithm, kid, b64: false, crit: ['b64'] })
        .sign(key);
      return `${jws.protected}..${jws.signature}`;
    },
  };
}
