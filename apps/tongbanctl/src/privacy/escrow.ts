import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  joinShares,
  makeEscrow,
  openEscrowed,
  parseKeyDirectory,
  parseShare,
  readKeyDirectory,
  type EscrowSecret,
  type EscrowShare,
} from '@tongban/journal';
import { isNodeCode, unwrap, type JsonObject } from '@tongban/kernel';
import { issuerIn, writeDirectory } from '../city/keys.js';
import { secretMode } from '../city/layout.js';
import type { PrivacyCommand } from './arguments.js';

const folderMode = 0o700;

type Init = Extract<PrivacyCommand, { readonly name: 'escrow-init' }>;
type Open = Extract<PrivacyCommand, { readonly name: 'escrow-open' }>;

/**
 * Makes the archive office's key. Its shares are on disk before the public half is in use: whatever is sealed for it can be
 * opened. A share that is there already is never overwritten. Earlier escrow keys stay in the directory.
 */
export function initEscrow({ directory, keystore, out }: Init, now: number, say: (line: string) => void): number {
  const text = readFileSync(directory, 'utf8');
  const file = readKeyDirectory(text);
  if (!isNodeCode(file.issuer)) throw new Error(`${directory} 不是公钥目录`);
  const issuer = issuerIn(keystore, file.issuer, parseKeyDirectory(text, file.issuer));
  const earlier = file.escrow ?? [];
  const { key, shares } = makeEscrow(`escrow-${file.issuer}#${earlier.length + 1}`);
  mkdirSync(out, { recursive: true, mode: folderMode });
  for (const share of shares) {
    const path = join(out, `${share.keyId}.share-${share.number}.json`);
    writeFileSync(path, `${JSON.stringify(share, null, 2)}\n`, { mode: secretMode, flag: 'wx' });
    say(`份额 ${share.number}：${path}`);
  }
  writeDirectory(directory, issuer, { ...file, escrow: [...earlier, key] }, now);
  say(`托管公钥 ${key.keyId} 已写入 ${directory}。请把两个份额分交两人保管，并从本机删除。`);
  return 0;
}

export interface SealedPart {
  readonly seq: number;
  readonly type: string;
  readonly sealed: string;
}

const readShare = (path: string): EscrowShare => unwrap(parseShare(readFileSync(path, 'utf8')));

/**
 * Opens the sealed parts of a case on this machine. The shares are put together before anything is asked for, so that a wrong
 * one leaves no trace of a reading that did not happen. Status 1 when a part stays closed.
 *
 * @param release asks the node for the sealed parts, which it writes down before it answers
 */
export async function openEscrow(
  { shares, out }: Open,
  release: () => Promise<readonly SealedPart[]>,
  say: (line: string) => void,
): Promise<number> {
  const escrow = unwrap(joinShares(readShare(shares[0]), readShare(shares[1])));
  const lines: string[] = [];
  let closed = 0;
  for (const part of await release()) {
    const opened = await openPart(part, escrow);
    if (opened === undefined) closed++;
    lines.push(
      JSON.stringify({
        seq: part.seq,
        type: part.type,
        ...(opened === undefined ? { closed: true } : { content: opened }),
      }),
    );
  }
  if (out === undefined) for (const line of lines) say(line);
  else {
    writeFileSync(out, `${lines.join('\n')}\n`, { mode: secretMode });
    chmodSync(out, secretMode);
    say(`已写入 ${out}，共 ${lines.length} 部分`);
  }
  if (closed > 0) say(`${closed} 部分没有为这把托管密钥封装，或已依法删除`);
  return closed === 0 ? 0 : 1;
}

async function openPart({ sealed }: SealedPart, escrow: EscrowSecret): Promise<JsonObject | undefined> {
  const opened = await openEscrowed(sealed, escrow);
  return opened.ok ? opened.value : undefined;
}
