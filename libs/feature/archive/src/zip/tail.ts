import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { archiveFormat } from '../format.js';

/** A ZIP file ends with a record of 22 bytes whose last two are the length of the comment (APPNOTE 6.3.10 §4.3.16). */
export const endRecordBytes = 22;
export const endSignature = 0x06054b50;
const prefix = `${archiveFormat} sm3:`;
export const tailBytes = prefix.length + 64;

export const tailOf = (digest: string): string => prefix + digest;

/** The digest that a tail names; undefined when it is none. */
export function digestOfTail(tail: Buffer): string | undefined {
  const text = tail.toString('latin1');
  const digest = text.slice(prefix.length);
  return text.startsWith(prefix) && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

/**
 * Appends to a ZIP file without a comment the SM3 of everything before it, as its comment: every byte of the file is
 * then under the digest, those too that no entry's content depends on.
 */
export class TailDigest extends Transform {
  private readonly hash = createHash('sm3');
  private held = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const all = Buffer.concat([this.held, chunk]);
    const ready = Math.max(0, all.length - endRecordBytes);
    this.held = all.subarray(ready);
    if (ready > 0) {
      const out = all.subarray(0, ready);
      this.hash.update(out);
      this.push(out);
    }
    done();
  }

  override _flush(done: (error?: Error | null) => void): void {
    const end = Buffer.from(this.held);
    if (end.length !== endRecordBytes || end.readUInt32LE(0) !== endSignature || end.readUInt16LE(20) !== 0) {
      done(new Error('not the end of a ZIP file without a comment'));
      return;
    }
    end.writeUInt16LE(tailBytes, 20);
    this.push(end);
    this.push(Buffer.from(tailOf(this.hash.update(end).digest('hex')), 'latin1'));
    done();
  }
}
