import { generateKeyPairSync } from 'node:crypto';
import {
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  parseKeystore,
  publicPart,
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

const keystoreFile = z.object({
  secrets: z.array(
    z.object({
      keyId: z.string(),
      node: z.string().refine(isNodeCode) as unknown as z.ZodType<NodeCode>,
      signing: z.string(),
      sealing: z.string(),
      signingPublic: z.string(),
      sealingPublic: z.string(),
    }),
  ),
});

/** The secrets kept for a host, with one made for every node that has none. Secrets of nodes that are gone stay. */
function completeKeystore(file: string, nodes: readonly NodeCode[]): { secrets: NodeSecret[]; made: number } {
  const text = readIfThere(file);
  const kept: NodeSecret[] = text === undefined ? [] : keystoreFile.parse(JSON.parse(text)).secrets;
  const known = new Set(kept.map(({ node }) => node));
  const added = nodes.filter((node) => !known.has(node)).map((node) => makeSecret(node, firstKeyNumber));
  const secrets = [...kept, ...added];
  if (added.length > 0) {
    const content = JSON.stringify({ secrets });
    parseKeystore(content);
    writeWhole(file, content, secretMode);
  }
  return { secrets, made: added.length };
}

const sameKeys = (directory: string, keys: readonly NodeKey[]): boolean => {
  const file = z.object({ keys: z.array(z.unknown()) }).parse(JSON.parse(directory));
  return JSON.stringify(file.keys) === JSON.stringify(keys);
};

const escrowFile = z.object({ escrow: z.array(z.object({ keyId: z.string(), sealing: z.string() })).optional() });
/** The archive office's keys, which are made apart from the nodes'. */
const escrowIn = (directory: string | undefined) =>
  directory === undefined ? [] : (escrowFile.parse(JSON.parse(directory)).escrow ?? []);

/**
 * Private keys of every host in a file of mode 600 and the public ones in one directory that the city signs. What is
 * there already stays: a node that lost its key could no longer open its own journal.
 */
export function provideNodeKeys(layout: Layout, divisions: DivisionTree, now: number): { readonly made: number } {
  const { city } = divisions;
  const all: NodeSecret[] = [];
  let made = 0;
  for (const host of hostsOf(divisions)) {
    const keystore = completeKeystore(layout.keystore(host), nodesOf(host, divisions));
    all.push(...keystore.secrets);
    made += keystore.made;
  }
  const issuer = all.find(({ node }) => node === city);
  if (issuer === undefined) throw new Error(`no key of the city ${city}`);
  const keys = all.map(publicPart);
  const present = readIfThere(layout.keyDirectory);
  if (present === undefined || !sameKeys(present, keys)) {
    const content = JSON.stringify(makeKeyDirectory(issuer, keys, now, escrowIn(present)));
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
