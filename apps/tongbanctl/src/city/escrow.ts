import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  joinShares,
  makeEscrow,
  parseKeyDirectory,
  parseShare,
  readKeyDirectory,
  type EscrowKey,
  type EscrowShare,
} from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { issuerIn, writeDirectory } from './keys.js';
import { readIfThere, secretMode, writeWhole, type Layout } from './layout.js';

const folderMode = 0o700;

/** One share for the archive office, one for the second person. */
export const escrowSharePaths = (layout: Pick<Layout, 'escrow'>): readonly [string, string] => [
  join(layout.escrow, 'archive-office.share.json'),
  join(layout.escrow, 'second-person.share.json'),
];

const shareIn = (path: string): EscrowShare | undefined => {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const share = parseShare(text);
  return share.ok ? share.value : undefined;
};

/** The key of two shares that are both there and belong together: what a start that was cut off left behind. */
function keptKey([one, other]: readonly [string, string]): EscrowKey | undefined {
  const [first, second] = [shareIn(one), shareIn(other)];
  if (first === undefined || second === undefined) return undefined;
  const joined = joinShares(first, second);
  return joined.ok ? { keyId: joined.value.keyId, sealing: joined.value.sealing } : undefined;
}

/**
 * The archive office's escrow key of a city that has none: its two shares first, then the public half in the directory that
 * the city signs, so that whatever is sealed for it can be opened. A city that has one keeps it.
 */
export function provideEscrow(layout: Layout, city: NodeCode, now: number): { readonly made: boolean } {
  const text = readIfThere(layout.keyDirectory);
  if (text === undefined) throw new Error(`there is no key directory ${layout.keyDirectory}`);
  const file = readKeyDirectory(text);
  if ((file.escrow ?? []).length > 0) return { made: false };
  const issuer = issuerIn(layout.keystore('city'), city, parseKeyDirectory(text, city));
  const key = keptKey(escrowSharePaths(layout)) ?? writeShares(layout, `escrow-${city}#1`);
  writeDirectory(layout.keyDirectory, issuer, { ...file, escrow: [key] }, now);
  return { made: true };
}

/** Nothing has been sealed for a key that no directory names: half a pair of shares may go. */
function writeShares(layout: Layout, keyId: string): EscrowKey {
  const { key, shares } = makeEscrow(keyId);
  mkdirSync(layout.escrow, { recursive: true, mode: folderMode });
  const paths = escrowSharePaths(layout);
  for (const path of paths) rmSync(path, { force: true });
  paths.forEach((path, index) => writeWhole(path, `${JSON.stringify(shares[index], null, 2)}\n`, secretMode));
  return key;
}
