import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isNodeCode, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import { z } from 'zod';

/** Where a server listens or is dialled. `text` is what was written. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly text: string;
}

/** One node, or every node whose code begins with `prefix`. */
export type NodePattern = { readonly code: NodeCode } | { readonly prefix: string };

type Context = z.RefinementCtx;

const highestPort = 65_535;
const mostPatterns = 2_000;
const othersMayRead = 0o077;

function refuse(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** Runs `read` over a required text. */
export const required = <T>(read: (text: string, context: Context) => T): z.ZodType<T, string | undefined> =>
  z.string().transform(read) as unknown as z.ZodType<T, string | undefined>;

/** As {@link required}, giving `fallback` for an unset variable. */
export const optional = <T, F>(
  read: (text: string, context: Context) => T,
  fallback: F,
): z.ZodType<T | F, string | undefined> =>
  z
    .string()
    .optional()
    .transform((text, context): T | F => (text === undefined ? fallback : read(text, context)));

export function readCode(text: string, context: Context): NodeCode {
  return isNodeCode(text) ? text : refuse(context, '不是 12 位区划代码');
}

export const readCodeOf =
  (tier: Tier) =>
  (text: string, context: Context): NodeCode => {
    const code = readCode(text, context);
    return code === z.NEVER || tierOf(code) === tier ? code : refuse(context, '不是本级的区划代码');
  };

export const readNodes =
  (tier: Tier) =>
  (text: string, context: Context): readonly NodePattern[] => {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.length > mostPatterns) return refuse(context, `超过 ${mostPatterns} 项`);
    if (new Set(parts).size !== parts.length) return refuse(context, '有重复项');
    return parts.map((part): NodePattern => {
      if (/^[1-9]\d{0,10}\*$/.test(part)) return { prefix: part.slice(0, -1) };
      if (!isNodeCode(part)) return refuse(context, `“${part}”不是区划代码或前缀`);
      return tierOf(part) === tier ? { code: part } : refuse(context, `“${part}”不是本级的区划代码`);
    });
  };

/** `host:port`, `[::1]:port`. Port 0 asks the system for a free one. */
export function readAddress(text: string, context: Context): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > highestPort) return refuse(context, '不是 主机:端口');
  return { host: match[1] ?? match[2] ?? '', port, text };
}

/** `10.0.0.1,10.1.0.0/16`: addresses and networks. */
const clientId = /^[A-Za-z0-9._-]{1,64}$/;

export function readClients(text: string, context: Context): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (new Set(parts).size !== parts.length) return refuse(context, '有重复项');
  const wrong = parts.find((part) => !clientId.test(part));
  return wrong === undefined ? parts : refuse(context, `“${wrong}”不是应用的名称`);
}

export function readNetworks(text: string, context: Context): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  const wrong = parts.find((part) => !isNetwork(part));
  return wrong === undefined ? parts : refuse(context, `“${wrong}”不是地址或网段`);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  return (
    family !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  );
}

export const readUrl =
  (...schemes: readonly string[]) =>
  (text: string, context: Context): string => {
    if (!URL.canParse(text)) return refuse(context, '不是完整的地址');
    const url = new URL(text);
    if (!schemes.includes(url.protocol.slice(0, -1))) return refuse(context, '协议不对');
    return url.hostname === '' ? refuse(context, '缺少主机名') : text;
  };

export function readFilePath(text: string, context: Context): string {
  const path = resolve(text);
  if (!existsSync(path)) return refuse(context, '文件不存在');
  if (!statSync(path).isFile()) return refuse(context, '不是文件');
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    return refuse(context, '文件不可读');
  }
}

/** A file of private keys: besides existing it must be closed to everybody but its owner. */
export function readSecretFilePath(text: string, context: Context): string {
  const path = readFilePath(text, context);
  if (path === z.NEVER || (statSync(path).mode & othersMayRead) === 0) return path;
  return refuse(context, '文件权限过宽，须为 600');
}

/** A folder that exists or may be made. */
export function readFolderPath(text: string, context: Context): string {
  const path = resolve(text);
  return existsSync(path) && !statSync(path).isDirectory() ? refuse(context, '不是文件夹') : path;
}

/** True when a pattern of the list covers the node. */
export const matchesNode = (patterns: readonly NodePattern[], code: NodeCode): boolean =>
  patterns.some((pattern) => ('code' in pattern ? pattern.code === code : code.startsWith(pattern.prefix)));
