import { generateKeyPairSync } from 'node:crypto';
import {
  ed25519Suite,
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  parseKeystore,
  publicPart,
  type ClosedNode,
  type NodeKey,
  type NodeSecret,
} from '@tongban/journal';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import type { DivisionTree } from '@tongban/domain/division';
import { z } from 'zod';
import { publicMode, readIfThere, secretMode, writeWhole, type Layout } from './layout.js';
import { gatewayNode, hostsOf, nodesOf } from './plan.js';

/** First key of every node; a changed key gets the next number. */
const firstKeyNumber = 1;

const node = z.string().refine(isNodeCode) as unknown as z.ZodType<NodeCode>;
const keystoreFile = z.object({
  secrets: z.array(
    z.object({
      keyId: z.string(),
      node,
      signing: z.string(),
      sealing: z.string(),
      signingPublic: z.string(),
      sealingPublic: z.string(),
    }),
  ),
  /** Public parts of keys that have gone with their node to a host of its own. */
  moved: z
    .array(
      z.object({ keyId: z.string(), node, suite: z.literal(ed25519Suite), signing: z.string(), sealing: z.string() }),
    )
    .default([]),
});
export type KeystoreFile = z.infer<typeof keystoreFile>;

const emptyKeystore: KeystoreFile = { secrets: [], moved: [] };

export function keystoreOf(file: string): KeystoreFile {
  const text = readIfThere(file);
  return text === undefined ? emptyKeystore : keystoreFile.parse(JSON.parse(text));
}

/** Replaces a keystore file in one move; mode 600. */
export function writeKeystore(file: string, { secrets, moved }: KeystoreFile): void {
  const content = JSON.stringify({ secrets, ...(moved.length === 0 ? {} : { moved }) });
  parseKeystore(content);
  writeWhole(file, content, secretMode);
}

export const publicPartsOf = (secrets: readonly NodeSecret[]): NodeKey[] => secrets.map(publicPart);

/** The secrets kept for a host, with one made for every node that has none. Secrets of nodes that are gone stay. */
function completeKeystore(file: string, nodes: readonly NodeCode[]): KeystoreFile & { readonly made: number } {
  const { secrets: kept, moved } = keystoreOf(file);
  const known = new Set([...kept, ...moved].map((key) => key.node));
  const added = nodes.filter((code) => !known.has(code)).map((code) => makeSecret(code, firstKeyNumber));
  const secrets = [...kept, ...added];
  if (added.length > 0) writeKeystore(file, { secrets, moved });
  return { secrets, moved, made: added.length };
}

const sameKeys = (directory: string, keys: readonly NodeKey[]): boolean => {
  const file = z.object({ keys: z.array(z.unknown()) }).parse(JSON.parse(directory));
  return JSON.stringify(file.keys) === JSON.stringify(keys);
};

const escrowFile = z.object({ escrow: z.array(z.object({ keyId: z.string(), sealing: z.string() })).optional() });
/** The archive office's keys, which are made apart from the nodes'. */
const escrowIn = (directory: string | undefined) =>
  directory === undefined ? [] : (escrowFile.parse(JSON.parse(directory)).escrow ?? []);

const closedFile = z.object({
  closed: z.array(z.object({ node, successor: node, endsOn: z.string(), basis: z.string() })).optional(),
});
/** Nodes that have ended, as the city has signed them. */
const closedIn = (directory: string | undefined): ClosedNode[] =>
  directory === undefined ? [] : (closedFile.parse(JSON.parse(directory)).closed ?? []);

const keysIn = (directory: string): NodeKey[] =>
  z.object({ keys: keystoreFile.shape.moved.unwrap() }).parse(JSON.parse(directory)).keys;

/**
 * Notes in the city's directory that a node has ended, and signs it anew; nothing when it says so already.
 * @throws when the directory is not the city's, or names another successor
 */
export function closeInDirectory(
  files: { readonly keystore: string; readonly directory: string },
  city: NodeCode,
  ended: ClosedNode,
  now: number,
): void {
  const text = readIfThere(files.directory);
  if (text === undefined) throw new Error(`there is no key directory ${files.directory}`);
  const known = parseKeyDirectory(text, city).findClosed(ended.node);
  if (known?.successor === ended.successor) return;
  if (known !== undefined) throw new Error(`${ended.node} has ended already, and ${known.successor} goes on for it`);
  const issuer = keystoreOf(files.keystore).secrets.findLast((secret) => secret.node === city);
  if (issuer === undefined) throw new Error(`${files.keystore} has no key of the city ${city}`);
  const content = JSON.stringify(
    makeKeyDirectory(issuer, keysIn(text), now, escrowIn(text), [...closedIn(text), ended]),
  );
  parseKeyDirectory(content, city);
  writeWhole(files.directory, content, publicMode);
}

/**
 * Private keys of every host in a file of mode 600 and the public ones in one directory that the city signs. What is
 * there already stays: a node that lost its key could no longer open its own journal.
 */
export function provideNodeKeys(layout: Layout, divisions: DivisionTree, now: number): { readonly made: number } {
  const { city } = divisions;
  const all: NodeSecret[] = [];
  const keys: NodeKey[] = [];
  let made = 0;
  for (const host of hostsOf(divisions)) {
    const keystore = completeKeystore(layout.keystore(host), nodesOf(host, divisions));
    all.push(...keystore.secrets);
    keys.push(...keystore.secrets.map(publicPart), ...keystore.moved);
    made += keystore.made;
  }
  const issuer = all.find(({ node }) => node === city);
  if (issuer === undefined) throw new Error(`no key of the city ${city}`);
  const present = readIfThere(layout.keyDirectory);
  if (present === undefined || !sameKeys(present, keys)) {
    const content = JSON.stringify(makeKeyDirectory(issuer, keys, now, escrowIn(present), closedIn(present)));
    parseKeyDirectory(content, city);
    writeWhole(layout.keyDirectory, content, publicMode);
  }
  return { made };
}

const jwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
  d: z.string(),
});

/** An Ed25519 private key as a JWK (RFC 8037) in a file of mode 600, made at the first time; its public part. */
function provideJwk(file: string, kid: string): Record<string, string> {
  const text = readIfThere(file);
  const key = text === undefined ? { ...newEd25519(), kid } : jwk.parse(JSON.parse(text));
  if (text === undefined) writeWhole(file, JSON.stringify(key), secretMode);
  const { kty, crv, x, kid: keyId } = key;
  return { kty, crv, x, kid: keyId, alg: 'EdDSA', use: 'sig' };
}

function newEd25519() {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return jwk.omit({ kid: true }).parse({ kty, crv, x, d });
}

/** Keys of the exchange: the gateway's, which the province knows, and the province's own, which signs receipts. */
export function provideProvinceKeys(layout: Layout, city: NodeCode): void {
  const gateway = provideJwk(layout.provinceKey, `gateway-${gatewayNode(city)}-${city}`);
  const province = provideJwk(layout.provinceSigningKey, `province-${gatewayNode(city)}`);
  const publish = (file: string, key: Record<string, string>): void => {
    const content = JSON.stringify({ keys: [key] });
    if (readIfThere(file) !== content) writeWhole(file, content, publicMode);
  };
  publish(layout.provinceClients, gateway);
  publish(layout.provinceReceiptKeys, province);
}
