import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { refuse, ok, type JsonObject, type Result } from '@tongban/kernel';
import { generalDecrypt, importJWK, type GeneralJWE } from 'jose';
import { z } from 'zod';
import { sm3 } from './digest.js';
import type { EscrowKey } from './keys.js';

const shareFormat = 'tongban-escrow-share-1';
const keyBytes = 32;
const rawKey = z.string().regex(/^[\w-]{43}$/, 'base64url of 32 bytes');
const shareSchema = z.strictObject({
  format: z.literal(shareFormat),
  keyId: z.string().min(1).max(200),
  number: z.union([z.literal(1), z.literal(2)]),
  /** X25519 public key of the whole. */
  sealing: rawKey,
  value: rawKey,
  /** Of the fields above, so that a share that was typed wrong is found before the key is put together. */
  check: z.string().regex(/^[0-9a-f]{16}$/),
});

/** One person's half of the archive office's private key; alone it says nothing about the key. */
export type EscrowShare = z.infer<typeof shareSchema>;

export interface NewEscrow {
  readonly key: EscrowKey;
  readonly shares: readonly [EscrowShare, EscrowShare];
}

const checkOf = ({ keyId, number, sealing, value }: Omit<EscrowShare, 'format' | 'check'>): string =>
  sm3(Buffer.from(JSON.stringify([keyId, number, sealing, value])))
    .subarray(0, 8)
    .toString('hex');

const shareOf = (fields: Omit<EscrowShare, 'format' | 'check'>): EscrowShare => ({
  format: shareFormat,
  ...fields,
  check: checkOf(fields),
});

const xor = (left: Uint8Array, right: Uint8Array): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ right[index]!));

/** A key pair whose private key exists only as two shares: one random, the other the key masked with it (a one-time pad). */
export function makeEscrow(keyId: string): NewEscrow {
  const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const pad = randomBytes(keyBytes);
  const rest = xor(Buffer.from(d!, 'base64url'), pad);
  const common = { keyId, sealing: x! };
  return {
    key: { keyId, sealing: x! },
    shares: [
      shareOf({ ...common, number: 1, value: pad.toString('base64url') }),
      shareOf({ ...common, number: 2, value: rest.toString('base64url') }),
    ],
  };
}

/** Refusal: escrow.share. */
export function parseShare(json: string): Result<EscrowShare> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('escrow.share', '份额文件不是 JSON');
  }
  const parsed = shareSchema.safeParse(value);
  if (!parsed.success) return refuse('escrow.share', '这不是托管密钥的份额文件');
  return checkOf(parsed.data) === parsed.data.check ? ok(parsed.data) : refuse('escrow.share', '份额的校验码不符');
}

/** The archive office's private key, for as long as it is held in memory. */
export interface EscrowSecret extends EscrowKey {
  readonly secret: string;
}

/** Refusal: escrow.share when the two are of different keys or the same half. */
export function joinShares(one: EscrowShare, other: EscrowShare): Result<EscrowSecret> {
  if (one.keyId !== other.keyId || one.sealing !== other.sealing)
    return refuse('escrow.share', '两个份额不属于同一把托管密钥');
  if (one.number === other.number) return refuse('escrow.share', '须由两人各出一个份额，不能是同一份额');
  const secret = xor(Buffer.from(one.value, 'base64url'), Buffer.from(other.value, 'base64url'));
  return ok({ keyId: one.keyId, sealing: one.sealing, secret: secret.toString('base64url') });
}

/** Opens a sealed part with the escrow key. Refusals: dossier.not-recipient, dossier.erased, escrow.share. */
export async function openEscrowed(sealed: string, escrow: EscrowSecret): Promise<Result<JsonObject>> {
  const jwe = JSON.parse(sealed) as GeneralJWE;
  if (jwe.recipients.length === 0) return refuse('dossier.erased', '申请资料已依法删除');
  const mine = jwe.recipients.filter(({ header }) => header?.kid === escrow.keyId);
  if (mine.length === 0) return refuse('dossier.not-recipient', '该部分没有为这把托管密钥封装');
  try {
    const jwk = { kty: 'OKP', crv: 'X25519', x: escrow.sealing, d: escrow.secret };
    const key = await importJWK(jwk, 'ECDH-ES+A256KW');
    const { plaintext } = await generalDecrypt({ ...jwe, recipients: mine }, key);
    return ok(JSON.parse(new TextDecoder().decode(plaintext)) as JsonObject);
  } catch {
    return refuse('escrow.share', '托管密钥打不开该部分：份额不正确，或内容已损坏');
  }
}
