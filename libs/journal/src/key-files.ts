import { generateKeyPairSync } from 'node:crypto';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { framed } from './digest.js';
import {
  ed25519Suite,
  KeyDirectory,
  Keystore,
  type ClosedNode,
  type EscrowKey,
  type NodeKey,
  type NodeSecret,
} from './keys.js';

const node = z.string().refine(isNodeCode, 'a 12-digit division code') as unknown as z.ZodType<NodeCode>;
const rawKey = z.string().regex(/^[\w-]{43}$/, 'base64url of 32 bytes');

const period = { from: z.number().int().optional(), until: z.number().int().optional() };

/** What is left out stays out: a period that is not there is not in the bytes that were signed. */
const withPeriod = <Key extends object>({
  from,
  until,
  ...key
}: Key & { readonly from?: number | undefined; readonly until?: number | undefined }) => ({
  ...key,
  ...(from === undefined ? {} : { from }),
  ...(until === undefined ? {} : { until }),
});

const keystoreSchema = z.object({
  secrets: z.array(
    z.object({
      keyId: z.string(),
      node,
      signing: rawKey,
      sealing: rawKey,
      signingPublic: rawKey,
      sealingPublic: rawKey,
    }),
  ),
});

const directorySchema = z.object({
  issuer: node,
  issuedAt: z.number(),
  keys: z.array(
    z
      .object({ keyId: z.string(), node, suite: z.literal(ed25519Suite), signing: rawKey, sealing: rawKey, ...period })
      .transform(withPeriod),
  ),
  escrow: z.array(z.object({ keyId: z.string(), sealing: rawKey })).optional(),
  closed: z
    .array(z.object({ node, successor: node, endsOn: z.iso.date(), basis: z.string().min(1).max(500) }))
    .optional(),
  signature: z.object({ suite: z.string(), keyId: z.string(), value: z.string() }),
});

export type KeyDirectoryFile = z.infer<typeof directorySchema>;

/** As it stands in its file; what it says of itself is not checked. */
export const readKeyDirectory = (json: string): KeyDirectoryFile => directorySchema.parse(JSON.parse(json));

/** @param directory of the city, which says which keys are in force */
export const parseKeystore = (json: string, directory?: KeyDirectory): Keystore =>
  new Keystore(readSecrets(json), undefined, directory);

export const readSecrets = (json: string): NodeSecret[] => keystoreSchema.parse(JSON.parse(json)).secrets;

const directoryBytes = (
  issuer: NodeCode,
  issuedAt: number,
  keys: readonly NodeKey[],
  escrow: readonly EscrowKey[],
  closed: readonly ClosedNode[],
): Uint8Array =>
  framed([
    'tongban-keys-1',
    issuer,
    issuedAt,
    ...keys.flatMap((key) => [key.keyId, key.node, key.suite, key.signing, key.sealing]),
    // Nothing where there is none, as below: a key that was never replaced is written as before there were periods.
    ...keys.flatMap(({ keyId, from, until }) =>
      from === undefined && until === undefined ? [] : ['period', keyId, from ?? '', until ?? ''],
    ),
    // Nothing where there is none: directories from before stay genuine. The word keeps it apart from a node's key.
    ...escrow.flatMap((key) => ['escrow', key.keyId, key.sealing]),
    ...closed.flatMap((each) => ['closed', each.node, each.successor, each.endsOn, each.basis]),
  ]);

/**
 * Reads a key directory and checks the issuer's signature over it.
 * @param before the one that it takes the place of: it has to know the key that signed this one, and be older
 */
export function parseKeyDirectory(json: string, issuer: NodeCode, before?: KeyDirectory): KeyDirectory {
  const file = readKeyDirectory(json);
  if (file.issuer !== issuer) throw new Error(`the key directory was issued by ${file.issuer}, not by ${issuer}`);
  const directory = new KeyDirectory(file.keys, file.escrow, file.closed, file.issuedAt);
  const { suite, keyId, value } = file.signature;
  const bytes = directoryBytes(issuer, file.issuedAt, file.keys, file.escrow ?? [], file.closed ?? []);
  const signature = { suite, keyId, value: Buffer.from(value, 'base64url') };
  for (const judge of before === undefined ? [directory] : [directory, before]) {
    const checked = judge.verify(issuer, bytes, signature, file.issuedAt);
    if (!checked.ok) throw new Error(`the key directory is not genuine: ${checked.refusal.detail}`);
  }
  if (before !== undefined && file.issuedAt < before.issuedAt)
    throw new Error('the key directory is older than the one in use');
  return directory;
}

export function makeSecret(nodeCode: NodeCode, number: number): NodeSecret {
  const signing = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const sealing = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return {
    keyId: `${nodeCode}#${number}`,
    node: nodeCode,
    signing: signing.d!,
    sealing: sealing.d!,
    signingPublic: signing.x!,
    sealingPublic: sealing.x!,
  };
}

export const publicPart = (secret: NodeSecret): NodeKey => ({
  keyId: secret.keyId,
  node: secret.node,
  suite: ed25519Suite,
  signing: secret.signingPublic,
  sealing: secret.sealingPublic,
});

export function makeKeyDirectory(
  issuer: NodeSecret,
  keys: readonly NodeKey[],
  issuedAt: number,
  escrow: readonly EscrowKey[] = [],
  closed: readonly ClosedNode[] = [],
): KeyDirectoryFile {
  const bytes = directoryBytes(issuer.node, issuedAt, keys, escrow, closed);
  const signature = new Keystore([issuer]).sign(issuer.node, bytes);
  return {
    issuer: issuer.node,
    issuedAt,
    keys: [...keys],
    ...(escrow.length === 0 ? {} : { escrow: [...escrow] }),
    ...(closed.length === 0 ? {} : { closed: [...closed] }),
    signature: { ...signature, value: Buffer.from(signature.value).toString('base64url') },
  };
}
