import { blobLimits } from './limits.js';

/** Reads the directory of a ZIP file (APPNOTE 6.3.10 §4.3), never its contents. */
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const maxCommentBytes = 0xffff;
const maxEntries = 10_000;
/** What the entries may unpack to altogether: ten times the largest attachment, far more than office papers need. */
const maxUnpackedBytes = 10 * blobLimits.maxAttachmentBytes;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const names = new TextDecoder('utf-8');

/** Where the end record starts whose comment reaches exactly to the last byte; undefined when there is none. */
export function zipEnd(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  const lowest = Math.max(0, bytes.length - endBytes - maxCommentBytes);
  for (let at = bytes.length - endBytes; at >= lowest; at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    if (at + endBytes + view.getUint16(at + 20, true) === bytes.length) return at;
  }
  return undefined;
}

/**
 * Names of the entries; undefined when this is no plain ZIP that begins with its first entry: split archives, ZIP64,
 * something before the archive, two entries of one name, a directory that tells another story than the entries, entries
 * that share their bytes, or more than anybody should unpack (a bomb for whoever opens it).
 */
export function zipNames(bytes: Uint8Array): ReadonlySet<string> | undefined {
  const end = zipEnd(bytes);
  const view = viewOf(bytes);
  if (end === undefined || bytes.length < localBytes || view.getUint32(0, true) !== localSignature) return undefined;
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  const whole = view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (!whole || count === 0 || count > maxEntries) return undefined;
  if (directory + view.getUint32(end + 12, true) !== end) return undefined;
  const found = new Set<string>();
  let at = directory;
  let packedBytes = 0;
  let unpackedBytes = 0;
  for (let index = 0; index < count; index++) {
    if (at + entryBytes > end || view.getUint32(at, true) !== entrySignature) return undefined;
    const nameEnd = at + entryBytes + view.getUint16(at + 28, true);
    if (nameEnd > end) return undefined;
    const name = names.decode(bytes.subarray(at + entryBytes, nameEnd));
    if (found.has(name) || localName(bytes, view, view.getUint32(at + 42, true), directory) !== name) return undefined;
    found.add(name);
    packedBytes += view.getUint32(at + 20, true);
    unpackedBytes += view.getUint32(at + 24, true);
    if (packedBytes > directory || unpackedBytes > maxUnpackedBytes) return undefined;
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return at === end ? found : undefined;
}

function localName(bytes: Uint8Array, view: DataView, at: number, limit: number): string | undefined {
  if (at + localBytes > limit || view.getUint32(at, true) !== localSignature) return undefined;
  const nameEnd = at + localBytes + view.getUint16(at + 26, true);
  return nameEnd > limit ? undefined : names.decode(bytes.subarray(at + localBytes, nameEnd));
}
