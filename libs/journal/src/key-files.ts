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
    z.object({ keyId: z.string(), node, suite: z.literal(ed25519Suite), signing: rawKey, sealing: rawKey }),
  ),
  escrow: z.array(z.object({ keyId: z.string(), sealing: rawKey })).optional(),
  closed: z
    .array(z.object({ node, successor: node, endsOn: z.iso.date(), basis: z.string().min(1).max(500) }))
    .optional(),
  signature: z.object({ suite: z.string(), keyId: z.string(), value: z.string() }),
});

export type KeyDirectoryFile = z.infer<typeof directorySchema>;

export const parseKeystore = (json: string): Keystore => new Keystore(keystoreSchema.parse(JSON.parse(json)).secrets);

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
    // Nothing where there is none: directories from before stay genuine. The word keeps it apart from a node's key.
    ...escrow.flatMap((key) => ['escrow', key.keyId, key.sealing]),
    ...closed.flatMap((each) => ['closed', each.node, each.successor, each.endsOn, each.basis]),
  ]);

/** Reads a key directory and checks the issuer's signature over it. */
export function parseKeyDirectory(json: string, issuer: NodeCode): KeyDirectory {
  const file = directorySchema.parse(JSON.parse(json));
  if (file.issuer !== issuer) throw new Error(`the key directory was issued by ${file.issuer}, not by ${issuer}`);
  const directory = new KeyDirectory(file.keys, file.escrow, file.closed);
  const { suite, keyId, value } = file.signature;
  const checked = directory.verify(
    issuer,
    directoryBytes(issuer, file.issuedAt, file.keys, file.escrow ?? [], file.closed ?? []),
    {
      suite,
      keyId,
      value: Buffer.from(value, 'base64url'),
    },
  );
  if (!checked.ok) throw new Error(`the key directory is not genuine: ${checked.refusal.detail}`);
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
