import { seeded } from '@tongban/testkit';
import type { Result } from '@tongban/kernel';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from './blob-store.js';
import { digestOf } from './digest.js';
import { blobLimits, sealedOverheadBytes } from './limits.js';
import { seal, unseal } from './sealing.js';

const root = mkdtempSync(join(tmpdir(), 'tongban-blob-'));
const random = { bytes: randomBytes };
let count = 0;
let directory: string;
let store: BlobStore;

const freshStore = async (): Promise<{ directory: string; store: BlobStore }> => {
  const made = join(root, String(count++));
  const opened = new BlobStore(made);
  await opened.prepare();
  return { directory: made, store: opened };
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);
const files = (folder: string): string[] => readdirSync(join(directory, folder));
const fileOf = (digest: string): string => join(directory, digest.slice(0, 2), digest);
const sealedBlob = async (bytes = 1000): Promise<{ sealed: Buffer; digest: string; key: Buffer; content: Buffer }> => {
  const content = randomBytes(bytes);
  const { sealed, key } = seal(content, random);
  return { sealed, key, content, digest: await digestOf([sealed]) };
};
const receive = async (target: BlobStore, digest: string, size: number, offset: number, data: Buffer) => {
  const writer = await target.receive(digest, size, offset);
  if (!writer.ok) return writer;
  const written = await writer.value.write(data);
  const result = written.ok ? await writer.value.finish() : written;
  await writer.value.close();
  return result;
};

beforeEach(async () => ({ directory, store } = await freshStore()));
afterAll(() => rmSync(root, { recursive: true }));

describe('sealing', () => {
  it('opens with its key only, and not after any change', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (content, at, flip) => {
          const { sealed, key } = seal(content, random);
          expect(sealed).toHaveLength(content.length + sealedOverheadBytes);
          expect(unseal(sealed, key)?.equals(content)).toBe(true);
          expect(unseal(sealed, randomBytes(32))).toBeUndefined();
          sealed[at % sealed.length]! ^= flip;
          expect(unseal(sealed, key)).toBeUndefined();
        },
      ),
      seeded(),
    );
  });

  it('refuses what cannot be sealed bytes', () => {
    const { sealed, key } = seal(Buffer.from('x'), random);
    expect(unseal(Buffer.alloc(0), key)).toBeUndefined();
    expect(unseal(sealed.subarray(0, 20), key)).toBeUndefined();
    expect(unseal(sealed, key.subarray(1))).toBeUndefined();
  });
});

describe('a content that is put', () => {
  it('lies sealed under the digest of its sealed bytes, for the owner of the process only', async () => {
    const content = Buffer.from('户口簿复印件');
    const { digest, key, sealedSize } = await store.put(content);
    const kept = readFileSync(fileOf(digest));
    expect(kept).toHaveLength(sealedSize);
    expect(kept.includes(content)).toBe(false);
    expect(await digestOf([kept])).toBe(digest);
    expect(statSync(fileOf(digest)).mode & 0o777).toBe(0o600);
    expect(files('temporary')).toEqual([]);
    expect(await store.open(digest, key)).toEqual({ ok: true, value: content });
    expect(await store.stat(digest)).toEqual({ held: sealedSize, complete: true });
  });

  it('gets another digest and key each time: nobody can tell equal contents', async () => {
    const [one, two] = [await store.put(Buffer.from('same')), await store.put(Buffer.from('same'))];
    expect(one.digest).not.toBe(two.digest);
    expect(one.key.equals(two.key)).toBe(false);
  });

  it('is told apart: not here, wrong key, damaged', async () => {
    const { digest, key } = await store.put(Buffer.from('content'));
    expect(codeOf(await store.open('0'.repeat(64), key))).toBe('attachment.not-here');
    expect(codeOf(await store.open(digest, randomBytes(32)))).toBe('attachment.unknown');
    expect(codeOf(await store.open('../../etc/passwd', key))).toBe('attachment.unknown');
    const bytes = readFileSync(fileOf(digest));
    bytes[20]! ^= 1;
    writeFileSync(fileOf(digest), bytes);
    expect(codeOf(await store.open(digest, key))).toBe('attachment.not-here');
    expect(await store.stat(digest)).toEqual({ held: 0, complete: false });
    expect(files('damaged')).toEqual([digest]);
  });

  it('never makes a path of anything but a digest', async () => {
    await expect(store.stat('../secret')).rejects.toThrow('not a digest');
    await expect(store.receive('A'.repeat(64), 100, 0)).rejects.toThrow('not a digest');
    await expect(store.read(`${'a'.repeat(63)}/`, 0)).rejects.toThrow('not a digest');
  });
});

describe('a file that is received', () => {
  it('comes in pieces, survives a restart in between and is told of when it is whole', async () => {
    const { sealed, digest, key, content } = await sealedBlob();
    expect(await receive(store, digest, sealed.length, 0, sealed.subarray(0, 400))).toEqual({
      ok: true,
      value: { held: 400, complete: false },
    });
    expect(codeOf(await store.open(digest, key))).toBe('attachment.not-here');
    expect(codeOf(await store.read(digest, 0))).toBe('attachment.not-here');
    const restarted = new BlobStore(directory);
    await restarted.prepare();
    const told: string[] = [];
    restarted.onReceived((came) => told.push(came));
    expect(await restarted.stat(digest)).toEqual({ held: 400, complete: false });
    const rest = await receive(restarted, digest, sealed.length, 400, sealed.subarray(400));
    expect(rest).toEqual({ ok: true, value: { held: sealed.length, complete: true } });
    expect(told).toEqual([digest]);
    expect(await restarted.open(digest, key)).toEqual({ ok: true, value: content });
    expect(files('parts')).toEqual([]);
  });

  it('is whole whatever the cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.array(fc.nat(3000), { maxLength: 6 }),
        async (size, cuts) => {
          const { sealed, digest } = await sealedBlob(size);
          for (const cut of cuts.filter((at) => at < sealed.length).sort((a, b) => a - b)) {
            const { held } = await store.stat(digest);
            await receive(store, digest, sealed.length, held, sealed.subarray(held, cut));
          }
          const { held } = await store.stat(digest);
          await receive(store, digest, sealed.length, held, sealed.subarray(held));
          expect(readFileSync(fileOf(digest)).equals(sealed)).toBe(true);
        },
      ),
      seeded({ runs: 20 }),
    );
  });

  it('of another digest is removed, and its next sender begins at 0', async () => {
    const { sealed, digest } = await sealedBlob();
    const wrong = Buffer.from(sealed);
    wrong[500]! ^= 1;
    expect(codeOf(await receive(store, digest, sealed.length, 0, wrong))).toBe('attachment.digest');
    expect(await store.stat(digest)).toEqual({ held: 0, complete: false });
    expect(codeOf(await receive(store, digest, sealed.length, 0, sealed))).toBe('ok');
  });

  it('larger than announced is removed', async () => {
    const { sealed, digest } = await sealedBlob();
    const size = sealed.length - 1;
    expect(codeOf(await receive(store, digest, size, 0, sealed))).toBe('attachment.too-large');
    expect(await store.stat(digest)).toEqual({ held: 0, complete: false });
  });

  it('goes on at what is held and nowhere else', async () => {
    const { sealed, digest } = await sealedBlob();
    await receive(store, digest, sealed.length, 0, sealed.subarray(0, 400));
    for (const offset of [0, 399, 401]) {
      const refused = await store.receive(digest, sealed.length, offset);
      expect(refused).toMatchObject({ refusal: { code: 'attachment.offset', params: { held: 400 } } });
    }
    const other = await sealedBlob();
    expect(codeOf(await store.receive(other.digest, other.sealed.length, 10))).toBe('attachment.offset');
    expect(files('parts')).toHaveLength(1);
  });

  it('that somebody announced as longer than it is can still be sent', async () => {
    const { sealed, digest } = await sealedBlob();
    await receive(store, digest, 5000, 0, randomBytes(4000));
    const size = sealed.length;
    expect(await store.receive(digest, size, 4000)).toMatchObject({ refusal: { params: { held: 0 } } });
    expect(codeOf(await receive(store, digest, size, 0, sealed))).toBe('ok');
  });

  it('has one writer at a time, and a bound', async () => {
    const { sealed, digest } = await sealedBlob();
    const first = await store.receive(digest, sealed.length, 0);
    expect(codeOf(await store.receive(digest, sealed.length, 0))).toBe('service.busy');
    if (first.ok) await first.value.close().then(() => first.value.close());
    expect(codeOf(await receive(store, digest, sealed.length, 0, sealed))).toBe('ok');
    expect(codeOf(await store.receive(digest, blobLimits.maxSealedBytes + 1, 0))).toBe('attachment.too-large');
    expect(codeOf(await store.receive(digest, sealedOverheadBytes, 0))).toBe('attachment.empty');
    const writers = await Promise.all(
      Array.from({ length: blobLimits.maxConcurrentWrites }, (_, n) =>
        store.receive(String(n).padStart(64, '0'), 100, 0),
      ),
    );
    expect(codeOf(await store.receive('f'.repeat(64), 100, 0))).toBe('service.busy');
    for (const writer of writers) if (writer.ok) await writer.value.close();
  });

  it('is read from any offset', async () => {
    const { digest, sealedSize } = await store.put(randomBytes(blobLimits.chunkBytes * 2));
    const source = await store.read(digest, 100);
    if (!source.ok) throw new Error('not read');
    const parts: Uint8Array[] = [];
    for await (const chunk of source.value.chunks) parts.push(chunk);
    expect(Buffer.concat(parts).equals(readFileSync(fileOf(digest)).subarray(100))).toBe(true);
    expect(Math.max(...parts.map((part) => part.length))).toBe(blobLimits.chunkBytes);
    expect(codeOf(await store.read(digest, sealedSize + 1))).toBe('attachment.offset');
  });
});

describe('what a crash leaves behind', () => {
  it('temporary files go at the next start; a file half-written under its part name is found out', async () => {
    const { sealed, digest } = await sealedBlob();
    writeFileSync(join(directory, 'temporary', 'left-behind'), sealed);
    // The power went: the length was kept, the bytes were not.
    writeFileSync(join(directory, 'parts', `${digest}.part`), Buffer.alloc(sealed.length));
    await store.prepare();
    expect(files('temporary')).toEqual([]);
    const { held } = await store.stat(digest);
    expect(codeOf(await receive(store, digest, sealed.length, held, Buffer.alloc(0)))).toBe('attachment.digest');
    expect(codeOf(await receive(store, digest, sealed.length, 0, sealed))).toBe('ok');
  });

  it('a complete part that was not yet renamed is published by the next attempt', async () => {
    const { sealed, digest } = await sealedBlob();
    writeFileSync(join(directory, 'parts', `${digest}.part`), sealed);
    expect(await store.stat(digest)).toEqual({ held: sealed.length, complete: false });
    expect(codeOf(await receive(store, digest, sealed.length, sealed.length, Buffer.alloc(0)))).toBe('ok');
    expect((await store.stat(digest)).complete).toBe(true);
  });

  it('parts that nobody came back for go', async () => {
    const old = join(directory, 'parts', `${'a'.repeat(64)}.part`);
    const young = join(directory, 'parts', `${'b'.repeat(64)}.part`);
    for (const path of [old, young]) writeFileSync(path, 'x');
    const then = (Date.now() - blobLimits.maxPartAgeMs - 1000) / 1000;
    utimesSync(old, then, then);
    await store.prepare();
    expect(files('parts')).toEqual([`${'b'.repeat(64)}.part`]);
  });
});
