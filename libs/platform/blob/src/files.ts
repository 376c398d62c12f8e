import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { types } from 'node:util';

const codeOf = (error: unknown): unknown => (types.isNativeError(error) && 'code' in error ? error.code : undefined);

/** Bytes of a file; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a new name in a folder last: without it a power cut may undo a rename. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes all of `data` at `position`; a single write may take less. */
export async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk takes no more bytes');
    done += bytesWritten;
  }
}

/** The first `size` bytes of an open file, beginning at `offset`, in chunks. */
export async function* readAll(
  file: FileHandle,
  offset: number,
  size: number,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < size;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Removes the files of a folder that were last written before `olderThan` (milliseconds); how many are left. */
export async function prune(folder: string, olderThan: number): Promise<number> {
  let left = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const written = await stat(path).catch(() => undefined); // gone meanwhile
    if (written === undefined) continue;
    if (written.mtimeMs < olderThan) await rm(path, { force: true });
    else left++;
  }
  return left;
}
