import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { ok, refuse, type Result } from '@tongban/kernel';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { archiveLimits } from '../limits.js';
import { digestOfTail, endRecordBytes, tailBytes } from './tail.js';

const chunkBytes = 1024 * 1024;

/** Every byte of the file is under the digest at its end. Refusal attachment.digest. */
export async function checkTail(path: string): Promise<Result<void>> {
  const file = await open(path, 'r');
  try {
    return await checkTailOf(file);
  } finally {
    await file.close();
  }
}

async function checkTailOf(file: FileHandle): Promise<Result<void>> {
  const { size } = await file.stat();
  const notWhole = refuse('attachment.digest', '不是完整的办件档案：文件被截断、追加，或者不是本系统生成的档案');
  if (size < endRecordBytes + tailBytes) return notWhole;
  const tail = Buffer.alloc(tailBytes);
  await file.read(tail, 0, tailBytes, size - tailBytes);
  const named = digestOfTail(tail);
  if (named === undefined) return notWhole;
  const hash = createHash('sm3');
  const chunk = Buffer.alloc(chunkBytes);
  const end = size - tailBytes;
  for (let at = 0; at < end;) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, end - at), at);
    if (bytesRead === 0) return notWhole;
    hash.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest('hex') === named ? ok(undefined) : refuse('attachment.digest', '档案文件已被改动：摘要不符');
}

/** A file of the archive: its SM3 always, its bytes where they were asked for. */
export interface ReadFile {
  readonly name: string;
  readonly size: number;
  readonly sm3: string;
  readonly bytes: Buffer | undefined;
}

/**
 * Reads every file within the limits, which hold for what comes out and not for what the directory claims.
 * Refusals: request.malformed (no ZIP file, or a damaged one), request.too-large.
 *
 * @param isWanted whose bytes are kept
 */
export async function readZip(path: string, isWanted: (name: string) => boolean): Promise<Result<readonly ReadFile[]>> {
  try {
    const zip = await openPromise(path, { lazyEntries: true, strictFileNames: true });
    try {
      return await readAll(zip, isWanted);
    } finally {
      zip.close();
    }
  } catch (error) {
    return refuse('request.malformed', `压缩包无法读取：${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readAll(zip: ZipFile, isWanted: (name: string) => boolean): Promise<Result<readonly ReadFile[]>> {
  const { maxFiles, maxNameCharacters } = archiveLimits;
  if (zip.entryCount > maxFiles) return refuse('request.too-large', `档案内的文件超过 ${maxFiles} 个`);
  const files: ReadFile[] = [];
  const seen = new Set<string>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry;
    if (name.length > maxNameCharacters || seen.has(name))
      return refuse('request.malformed', '档案内有重名或名称过长的文件');
    seen.add(name);
    const read = await readOne(zip, entry, isWanted(name), archiveLimits.maxTotalBytes - total);
    if (!read.ok) return read;
    total += read.value.size;
    files.push(read.value);
  }
  return ok(files);
}

async function readOne(zip: ZipFile, entry: Entry, isWanted: boolean, left: number): Promise<Result<ReadFile>> {
  const { maxFileBytes, maxParsedBytes } = archiveLimits;
  const limit = Math.min(left, isWanted ? maxParsedBytes : maxFileBytes);
  const tooLarge = refuse('request.too-large', `档案内的文件 ${entry.fileName} 超过上限`);
  if (entry.uncompressedSize > limit) return tooLarge;
  const stream = await zip.openReadStreamPromise(entry);
  const hash = createHash('sm3');
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      stream.destroy();
      return tooLarge;
    }
    hash.update(chunk);
    if (isWanted) kept.push(chunk);
  }
  const bytes = isWanted ? Buffer.concat(kept) : undefined;
  return ok({ name: entry.fileName, size, sm3: hash.digest('hex'), bytes });
}
