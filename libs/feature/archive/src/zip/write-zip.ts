import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { TailDigest } from './tail.js';

export interface NewFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const readOnlyMode = 0o100_444;

/**
 * A ZIP file of the given files, in their order, one in memory at a time: the next is asked for when the one before has
 * gone out. When a file cannot be made the stream is destroyed, so that nobody takes what came for an archive; when the
 * reader goes away no further file is asked for.
 *
 * @param at of all files; milliseconds since 1970
 */
export function zipOf(files: AsyncIterable<NewFile>, at: number): Readable {
  const zip = new ZipFile();
  const out = (zip.outputStream as Readable).pipe(new TailDigest());
  const gone = new AbortController();
  out.once('close', () => gone.abort());
  fill(zip, files, new Date(at), gone.signal).catch((error: unknown) => {
    if (!gone.signal.aborted) out.destroy(error as Error);
  });
  return out;
}

async function fill(zip: ZipFile, files: AsyncIterable<NewFile>, mtime: Date, gone: AbortSignal): Promise<void> {
  const options = { mtime, mode: readOnlyMode, forceDosTimestamp: true };
  for await (const { name, bytes } of files) {
    const source = Readable.from([bytes], { objectMode: false });
    const sent = once(source, 'end', { signal: gone });
    zip.addReadStreamLazy(name, { ...options, size: bytes.length }, (give) => give(null, source));
    await sent;
  }
  zip.end();
}
