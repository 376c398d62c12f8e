import { makeSecret, parseKeyDirectory, publicPart, readKeyDirectory, type NodeKey } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { issuerIn, keystoreOf, writeDirectory, writeKeystore } from './keys.js';
import { readIfThere } from './layout.js';

const minuteMs = 60_000;
export const rotationLimits = {
  /** Between the making of a key and its use: its host and its neighbours read the files meanwhile. */
  leadMs: 10 * minuteMs,
  /** The old key is taken so long after the new one has begun: clocks differ, and frames are under way. */
  overlapMs: 10 * minuteMs,
  /** The same after a theft, where hosts have to be quick: they read their files every few seconds. */
  stolenOverlapMs: minuteMs,
} as const;

export interface Rotation {
  readonly node: NodeCode;
  readonly keyId: string;
  readonly replaced: string;
  /** First millisecond of the new key, and of the old one's end. */
  readonly from: number;
  readonly until: number;
}

export interface RotationFiles {
  /** Of the host that serves the node. */
  readonly keystore: string;
  /** Of the city, which signs the directory. */
  readonly cityKeystore: string;
  readonly directory: string;
}

const numberOf = (keyId: string): number => Number(keyId.slice(keyId.indexOf('#') + 1));

/**
 * Replaces a node's keys. The private key is in its keystore before the directory names it, and is not used before; done
 * again after it was cut off it goes on with the key that it made. What the old key signed and what was sealed for it stays
 * good.
 * @param stolen begins at once; a replacement that has not begun yet is brought forward
 * @throws when one is on its way already, or the keystore is not the node's
 */
export function rotateKey(
  files: RotationFiles,
  {
    city,
    node,
    now,
    stolen,
  }: { readonly city: NodeCode; readonly node: NodeCode; readonly now: number; readonly stolen: boolean },
): Rotation {
  const text = readIfThere(files.directory);
  if (text === undefined) throw new Error(`there is no key directory ${files.directory}`);
  const directory = parseKeyDirectory(text, city);
  const file = readKeyDirectory(text);
  const known = file.keys.filter((key) => key.node === node);
  const waiting = known.at(-1)?.from !== undefined && known.at(-1)!.from! > now ? known.at(-1) : undefined;
  if (waiting !== undefined && !stolen) {
    throw new Error(`${node} 的密钥 ${waiting.keyId} 将于 ${new Date(waiting.from!).toISOString()} 启用，不能重复更换`);
  }
  const old = known.at(waiting === undefined ? -1 : -2);
  if (old === undefined) throw new Error(`公钥目录中没有 ${node} 的密钥`);
  const made = waiting ?? newKey(files.keystore, node, known);
  const from = stolen ? now : now + rotationLimits.leadMs;
  const until = from + (stolen ? rotationLimits.stolenOverlapMs : rotationLimits.overlapMs);
  const others = file.keys.filter(({ keyId }) => keyId !== made.keyId);
  const keys = others.flatMap((key) =>
    key.keyId === old.keyId
      ? [
          { ...key, until },
          { ...made, from },
        ]
      : [key],
  );
  const issuer = issuerIn(files.cityKeystore, city, directory);
  writeDirectory(files.directory, issuer, { ...file, keys }, Math.max(now, file.issuedAt + 1));
  return { node, keyId: made.keyId, replaced: old.keyId, from, until };
}

/** A key that the directory does not name yet: made here, or left by a rotation that was cut off. */
function newKey(file: string, node: NodeCode, known: readonly NodeKey[]): NodeKey {
  const { secrets, moved } = keystoreOf(file);
  const own = secrets.filter((secret) => secret.node === node);
  if (own.length === 0) throw new Error(`${file} 中没有 ${node} 的密钥：请用 --keystore 指明承载该节点的服务的密钥库`);
  const names = new Set(known.map(({ keyId }) => keyId));
  const left = own.find(({ keyId }) => !names.has(keyId));
  if (left !== undefined) return publicPart(left);
  const number = 1 + Math.max(...[...own, ...known].map(({ keyId }) => numberOf(keyId)));
  const secret = makeSecret(node, number);
  writeKeystore(file, { secrets: [...secrets, secret], moved });
  return publicPart(secret);
}
