import { inflateRawSync } from 'node:zlib';
import { ok, refuse, type Result } from '@tongban/kernel';
import type { SheetLimits } from '../limits.js';

// Reads a ZIP file (APPNOTE 6.3.10 §4.3) of known size. Every entry is inflated under its own declared size, so that an
// archive that lies about what it holds is caught before anything else looks at it.

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;
const encryptedFlag = 1;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localAt: number;
}

const damaged = (detail: string): Result<never> => refuse('sheet.not-xlsx', detail);

function endOf(file: Buffer): number | undefined {
  const lowest = Math.max(0, file.length - endBytes - longestComment);
  for (let at = file.length - endBytes; at >= lowest; at--) {
    if (file.readUInt32LE(at) === endSignature && at + endBytes + file.readUInt16LE(at + 20) === file.length) return at;
  }
  return undefined;
}

function directoryOf(file: Buffer, limits: SheetLimits): Result<Entry[]> {
  const end = file.length < endBytes ? undefined : endOf(file);
  if (end === undefined) return damaged('文件不是 .xlsx 工作簿');
  const count = file.readUInt16LE(end + 10);
  if (count > limits.archiveEntries) return refuse('sheet.too-large', `压缩包内文件超过 ${limits.archiveEntries} 个`);
  const entries: Entry[] = [];
  let at = file.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + entryBytes > end || file.readUInt32LE(at) !== entrySignature) return damaged('压缩包目录已损坏');
    const nameBytes = file.readUInt16LE(at + 28);
    entries.push({
      name: file.toString('utf8', at + entryBytes, at + entryBytes + nameBytes),
      flags: file.readUInt16LE(at + 8),
      method: file.readUInt16LE(at + 10),
      packedBytes: file.readUInt32LE(at + 20),
      bytes: file.readUInt32LE(at + 24),
      localAt: file.readUInt32LE(at + 42),
    });
    at += entryBytes + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  if (new Set(entries.map(({ name }) => name)).size < entries.length) return damaged('压缩包内有同名文件');
  return ok(entries);
}

function contentOf(file: Buffer, entry: Entry): Result<Buffer> {
  const { localAt, method, packedBytes, bytes, flags, name } = entry;
  if ((flags & encryptedFlag) !== 0) return damaged('工作簿已加密，请去掉密码后再导入');
  if (localAt + localBytes > file.length || file.readUInt32LE(localAt) !== localSignature) {
    return damaged(`压缩包内文件 ${name} 已损坏`);
  }
  const start = localAt + localBytes + file.readUInt16LE(localAt + 26) + file.readUInt16LE(localAt + 28);
  if (start + packedBytes > file.length) return damaged(`压缩包内文件 ${name} 不完整`);
  const packed = file.subarray(start, start + packedBytes);
  if (method === stored) return packedBytes === bytes ? ok(packed) : damaged(`压缩包内文件 ${name} 大小不符`);
  if (method !== deflated) return damaged(`压缩包内文件 ${name} 的压缩方法不受支持`);
  try {
    // zlib wants room for one byte at least.
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
    return content.length === bytes ? ok(content) : damaged(`压缩包内文件 ${name} 大小不符`);
  } catch {
    return damaged(`压缩包内文件 ${name} 已损坏，或解开后比声明的大`);
  }
}

/** The entries of an archive by name. Refuses sheet.not-xlsx, sheet.too-large. */
export function unpack(file: Buffer, limits: SheetLimits): Result<ReadonlyMap<string, Buffer>> {
  if (file.length > limits.fileBytes) return refuse('sheet.too-large', `文件超过 ${limits.fileBytes} 字节`);
  const directory = directoryOf(file, limits);
  if (!directory.ok) return directory;
  const total = directory.value.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = directory.value.find(({ bytes }) => bytes > limits.entryBytes);
  if (largest !== undefined || total > limits.unpackedBytes) {
    return refuse('sheet.too-large', '工作簿解压后超过上限', { bytes: total, limit: limits.unpackedBytes });
  }
  const contents = new Map<string, Buffer>();
  for (const entry of directory.value) {
    const content = contentOf(file, entry);
    if (!content.ok) return content;
    contents.set(entry.name, content.value);
  }
  return ok(contents);
}
