import { generateKeyPairSync } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  ed25519Suite,
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  parseKeystore,
  publicPart,
  readKeyDirectory,
  KeyDirectory,
  Keystore,
  type ClosedNode,
  type KeyDirectoryFile,
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

/**
 * The keys that a directory is to name: those of the one before with their periods, and keys of nodes that it does not know.
 * A second key of a node is left out: when it begins is said by who replaces the first one (`pki rotate`).
 */
function keysAfter(before: KeyDirectoryFile | undefined, keys: readonly NodeKey[]): NodeKey[] {
  const present = new Map(keys.map((key) => [key.keyId, key]));
  const kept = (before?.keys ?? []).map((key) => {
    const own = present.get(key.keyId);
    // A keystore that was lost and made anew.
    return own === undefined || own.signing === key.signing ? key : own;
  });
  const nodes = new Set(kept.map((key) => key.node));
  return [...kept, ...keys.filter((key) => !nodes.has(key.node))];
}

/** The city's key that is in force by its directory. @throws when the file does not hold it */
export function issuerIn(file: string, city: NodeCode, directory: KeyDirectory): NodeSecret {
  const { secrets } = keystoreOf(file);
  if (!secrets.some((secret) => secret.node === city)) throw new Error(`${file} has no key of the city ${city}`);
  return new Keystore(secrets, undefined, directory).get(city);
}

/** Signs a directory and puts it in the place of the one before. */
export function writeDirectory(
  path: string,
  issuer: NodeSecret,
  { keys, escrow, closed }: Pick<KeyDirectoryFile, 'keys' | 'escrow' | 'closed'>,
  now: number,
): void {
  const content = JSON.stringify(makeKeyDirectory(issuer, keys, now, escrow, closed));
  parseKeyDirectory(content, issuer.node);
  writeWhole(path, content, publicMode);
}

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
  const before = parseKeyDirectory(text, city);
  const known = before.findClosed(ended.node);
  if (known?.successor === ended.successor) return;
  if (known !== undefined) throw new Error(`${ended.node} has ended already, and ${known.successor} goes on for it`);
  const file = readKeyDirectory(text);
  const issuer = issuerIn(files.keystore, city, before);
  writeDirectory(files.directory, issuer, { ...file, closed: [...(file.closed ?? []), ended] }, now);
}

/**
 * Enters the first key of a node that joins and signs the directory anew; nothing when it names the key already.
 * @throws when the directory is not the city's, or names another key of the node
 */
export function enterInDirectory(
  files: { readonly keystore: string; readonly directory: string },
  city: NodeCode,
  key: NodeKey,
  now: number,
): void {
  const text = readIfThere(files.directory);
  if (text === undefined) throw new Error(`there is no key directory ${files.directory}`);
  const directory = parseKeyDirectory(text, city);
  if (directory.find(key.keyId)?.signing === key.signing) return;
  if (directory.findNewest(key.node) !== undefined) throw new Error(`the directory names another key of ${key.node}`);
  const file = readKeyDirectory(text);
  const issuer = issuerIn(files.keystore, city, directory);
  writeDirectory(files.directory, issuer, { ...file, keys: [...file.keys, key] }, now);
}

/** The first key of a node, made where it is used; the one that is there stays. */
export function provideFirstKey(file: string, node: NodeCode): NodeKey {
  const { secrets, moved } = keystoreOf(file);
  const held = secrets.find((secret) => secret.node === node);
  if (held !== undefined) return publicPart(held);
  const left = moved.some((key) => key.node === node);
  if (left) throw new Error(`the keys of ${node} have gone from ${file} to another host`);
  const made = makeSecret(node, firstKeyNumber);
  writeKeystore(file, { secrets: [...secrets, made], moved });
  return publicPart(made);
}

/**
 * Private keys of every host in a file of mode 600 and the public ones in one directory that the city signs. What is
 * there already stays: a node that lost its key could no longer open its own journal.
 */
export function provideNodeKeys(layout: Layout, divisions: DivisionTree, now: number): { readonly made: number } {
  const { city } = divisions;
  const all: NodeKey[] = [];
  let made = 0;
  for (const host of hostsOf(divisions)) {
    // Who joins brings a key that was made where it is used, and that its parent has approved: none is made here.
    const nodes = nodesOf(host, divisions).filter((code) => divisions.joinOf(code) === undefined);
    const keystore = completeKeystore(layout.keystore(host), nodes);
    // A key whose approval is not there yet is entered by nobody but its join.
    const approved = keystore.secrets.filter(
      (secret) => divisions.find(secret.node) !== undefined || host === 'provincial-gateway',
    );
    all.push(...approved.map(publicPart), ...keystore.moved);
    made += keystore.made;
  }
  const text = readIfThere(layout.keyDirectory);
  const present = text === undefined ? undefined : readKeyDirectory(text);
  const keys = keysAfter(present, all);
  if (present === undefined || !isDeepStrictEqual(present.keys, keys)) {
    const directory = text === undefined ? new KeyDirectory(keys) : parseKeyDirectory(text, city);
    const issuer = issuerIn(layout.keystore('city'), city, directory);
    writeDirectory(layout.keyDirectory, issuer, { ...present, keys }, now);
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
