import { createHash, createPublicKey, verify } from 'node:crypto';
import { isNodeCode, ok, refuse, type Instant, type NodeCode, type Result, type Role } from '@tongban/kernel';
import { z } from 'zod';
import { maxGrantHours, maxOfflineTokenBytes, offlineRoles } from './limits.js';

const hourMs = 3_600_000;
export const offlinePrefix = 'tongban-offline-1';
const grantFormat = 'tongban-offline-grant-1';

const coordinate = z.string().regex(/^[\w-]{43}$/);
/** P-256 (RFC 7518 §6.2): what every browser makes and keeps without giving the private half away. */
export const deviceKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});
export type DeviceKey = z.infer<typeof deviceKeySchema>;

const text = z.string().max(255);
const grantSchema = z.strictObject({
  format: z.literal(grantFormat),
  id: z.uuid(),
  node: z.string().refine(isNodeCode) as unknown as z.ZodType<NodeCode>,
  person: z.strictObject({
    subject: text.min(1),
    username: text.optional(),
    name: text.optional(),
    roles: z.array(z.enum(offlineRoles)).min(1),
    department: text.optional(),
  }),
  device: deviceKeySchema,
  issuedAt: z.int().nonnegative(),
  expiresAt: z.int().nonnegative(),
});
export type OfflineGrant = z.infer<typeof grantSchema>;

const proofSchema = z.strictObject({ grant: z.uuid(), node: z.string(), iat: z.number(), exp: z.number() });
/** Times in seconds since 1970, as in any token. */
export type DeviceProof = z.infer<typeof proofSchema>;

export interface GrantSignature {
  readonly suite: string;
  readonly keyId: string;
  readonly value: Uint8Array;
}
/** Signs as the node; a Keystore does. */
export interface GrantSigner {
  sign(node: NodeCode, bytes: Uint8Array): GrantSignature;
}
/** The keys of nodes that this host knows, which it needs no line for; a KeyDirectory does. */
export interface GrantChecker {
  verify(node: NodeCode, bytes: Uint8Array, signature: GrantSignature, signedAt: Instant): Result<void>;
}

const invalid = (detail: string): Result<never> => refuse('identity.invalid', detail);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signedBytes = (part: string): Buffer => Buffer.from(`${grantFormat}.${part}`);

export interface GrantOrder {
  readonly id: string;
  readonly node: NodeCode;
  readonly person: {
    readonly subject: string;
    readonly username?: string;
    readonly name?: string;
    readonly roles: readonly Role[];
    readonly department?: string;
    readonly division?: NodeCode;
    readonly offlineGrant?: string;
  };
  readonly device: DeviceKey;
  readonly hours: number;
}

/**
 * A grant for a person who is logged in on line, bound to one device and one node. Refusals: jurisdiction.role (nothing to do
 * off line), jurisdiction.division, identity.offline-device (no point of the curve), identity.invalid (an offline login
 * does not renew itself).
 */
export function issueGrant(
  { id, node, person, device, hours }: GrantOrder,
  signer: GrantSigner,
  now: Instant,
): Result<{ readonly grant: OfflineGrant; readonly token: string }> {
  if (person.offlineGrant !== undefined) return invalid('离线登录期间不能续发离线登录凭证');
  if (person.division !== node) return refuse('jurisdiction.division', '只能在本人所属区划申领离线登录凭证');
  const roles = offlineRoles.filter((role) => person.roles.includes(role));
  if (roles.length === 0) return refuse('jurisdiction.role', '当前角色不能离线登录');
  if (publicKeyOf(device) === undefined) return refuse('identity.offline-device', '设备公钥不正确');
  const { subject, username, name, department } = person;
  const grant: OfflineGrant = {
    ...{ format: grantFormat, id, node, device, issuedAt: now },
    expiresAt: now + Math.min(hours, maxGrantHours) * hourMs,
    person: {
      ...{ subject, roles },
      ...(username === undefined ? {} : { username }),
      ...(name === undefined ? {} : { name }),
      ...(department === undefined ? {} : { department }),
    },
  };
  const part = encoded(grant);
  const { suite, keyId, value } = signer.sign(node, signedBytes(part));
  const signature = encoded({ suite, keyId, value: Buffer.from(value).toString('base64url') });
  return ok({ grant, token: `${part}.${signature}` });
}

/** RFC 7638: by it a grant's device is named in lists. */
export const thumbprintOf = ({ crv, kty, x, y }: DeviceKey): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

function publicKeyOf(key: DeviceKey) {
  try {
    return createPublicKey({ key: { ...key }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function decoded<T>(part: string | undefined, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const signatureSchema = z.strictObject({ suite: text, keyId: text, value: text });

export interface PresentedGrant {
  readonly grant: OfflineGrant;
  readonly proof: DeviceProof;
}

/** The bytes that a device signs (ECDSA with SHA-256, the signature as r and s): `<prefix>.<grant>.<signature>.<proof>`. */
export const proofPart = (token: string, proof: DeviceProof): string => `${offlinePrefix}.${token}.${encoded(proof)}`;

/**
 * Reads what a device presents, `<proofPart>.<signature of the device>`, and checks both signatures; times are not looked at.
 * Refusals: identity.invalid, identity.offline-device.
 */
export function readPresented(bearer: string, checker: GrantChecker): Result<PresentedGrant> {
  if (bearer.length > maxOfflineTokenBytes) return invalid('登录凭证超过长度上限');
  const [prefix, grantPart, signaturePart, claims, deviceSignature, ...more] = bearer.split('.');
  if (prefix !== offlinePrefix || deviceSignature === undefined || more.length > 0)
    return invalid('离线登录凭证的格式不正确');
  const grant = decoded(grantPart, grantSchema);
  const signature = decoded(signaturePart, signatureSchema);
  const proof = decoded(claims, proofSchema);
  if (grant === undefined || signature === undefined || proof === undefined) return invalid('离线登录凭证的内容不完整');
  const value = Buffer.from(signature.value, 'base64url');
  // As it was issued: one that was dated back with a replaced key is none that this host knows.
  if (!checker.verify(grant.node, signedBytes(grantPart ?? ''), { ...signature, value }, grant.issuedAt).ok)
    return invalid('离线登录凭证不是本系统签发的');
  const key = publicKeyOf(grant.device);
  const signed = Buffer.from(bearer.slice(0, bearer.lastIndexOf('.')));
  const isOfDevice =
    key !== undefined &&
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(deviceSignature, 'base64url'));
  if (!isOfDevice || proof.grant !== grant.id || proof.node !== grant.node)
    return refuse('identity.offline-device', '登录请求不是由持证设备签名的');
  return ok({ grant, proof });
}
