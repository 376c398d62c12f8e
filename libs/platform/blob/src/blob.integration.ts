import { jest } from '@jest/globals';
import { nodeCode, refuse, type Result } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { freshDatabase } from '@tongban/testkit';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Attachments } from './attachments.js';
import { BlobStore } from './blob-store.js';
import { blobMigrations } from './migrations.js';
import type { BlobHeader, BlobHeld, ParentBlobs, Transactor } from './ports.js';
import type { TransferFigures } from './transfer-table.js';
import { BlobTransfers } from './transfers.js';

const village = nodeCode('371102001001');
const other = nodeCode('371102001002');
const root = mkdtempSync(join(tmpdir(), 'tongban-blob-'));
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const waitMs = 10_000;
jest.setTimeout(30_000);
const pollMs = 20;
let dataSource: DataSource;
let transactor: Transactor;
let here: BlobStore;
let above: BlobStore;
let attachments: Attachments;
let now = 1_790_000_000_000;
let folders = 0;
const clock = { now: () => now };

const openStore = async (): Promise<BlobStore> => {
  const store = new BlobStore(join(root, String(folders++)));
  await store.prepare();
  return store;
};
const upload = async (content: Buffer, node = village) => {
  const kept = await transactor.run((sql) => attachments.put(sql, node, content, 'text/plain', 'subject-1'));
  if (!kept.ok) throw new Error(kept.refusal.code);
  return kept.value;
};
const textOf = (bytes: number): Buffer => Buffer.from(randomBytes(bytes / 2).toString('hex'));
const rows = <T>(sql: string): Promise<T[]> => transactor.run((tx) => tx.query<T>(sql));
const until = async (what: () => Promise<boolean> | boolean): Promise<void> => {
  for (let waited = 0; !(await what()); waited += pollMs) {
    if (waited > waitMs) throw new Error('waited in vain');
    await sleep(pollMs);
  }
};

/** The parent in this process; a line that can be down, or be cut after some bytes. */
class Line implements ParentBlobs {
  up = true;
  cutAfter = Infinity;
  stats = 0;
  readonly offsets: number[] = [];

  constructor(private readonly store: BlobStore) {}

  async stat(digest: string): Promise<Result<BlobHeld>> {
    this.stats++;
    return this.up ? { ok: true, value: await this.store.stat(digest) } : refuse('service.unavailable', 'down');
  }

  async write({ digest, size, offset }: BlobHeader, chunks: AsyncIterable<Uint8Array>): Promise<Result<BlobHeld>> {
    this.offsets.push(offset);
    const writer = await this.store.receive(digest, size, offset);
    if (!writer.ok) return writer;
    try {
      let passed = 0;
      for await (const chunk of chunks) {
        if ((passed += chunk.length) > this.cutAfter) return refuse('service.unavailable', 'cut');
        const written = await writer.value.write(chunk);
        if (!written.ok) return written;
      }
      return await writer.value.finish();
    } finally {
      await writer.value.close();
    }
  }

  read(digest: string, offset: number): ReturnType<ParentBlobs['read']> {
    return this.up ? this.store.read(digest, offset) : Promise.resolve(refuse('service.unavailable', 'down'));
  }
}

const workerOver = (parent: ParentBlobs, lines: string[] = [], observe?: (figures: TransferFigures) => void) =>
  new BlobTransfers({
    store: here,
    parent,
    transactor,
    clock,
    chance: () => 0,
    log: (_, message) => lines.push(message),
    ...(observe === undefined ? {} : { observe }),
  });

beforeAll(async () => {
  dataSource = await createDataSource({
    url: await freshDatabase(),
    entities: [],
    migrations: blobMigrations,
    poolSize: 4,
    applicationName: 'blob-test',
    logger: silent,
  });
  transactor = { run: (work) => inTransaction(dataSource, work) };
});
beforeEach(async () => {
  await rows('truncate blob, blob_transfer');
  [here, above] = [await openStore(), await openStore()];
  attachments = new Attachments(here, clock);
});
afterAll(async () => {
  await dataSource.destroy();
  rmSync(root, { recursive: true });
});

describe('attachments of a node', () => {
  it('are found where they were uploaded, and opened with their key', async () => {
    const content = textOf(1000);
    const kept = await upload(content);
    expect(kept).toMatchObject({ size: 1000, mediaType: 'text/plain' });
    const find = (node: typeof village) =>
      transactor.run((sql) => attachments.find(sql, node, [kept.digest, '0'.repeat(64)]));
    expect(await find(village)).toEqual([{ digest: kept.digest, size: 1000, mediaType: 'text/plain' }]);
    expect(await find(other)).toEqual([]);
    expect(await attachments.open(village, kept.digest, kept.key)).toEqual({ ok: true, value: content });
    const wrong = [randomBytes(32).toString('base64url'), '', 'x'.repeat(43), `${kept.key}=`, '密'.repeat(43)];
    for (const key of wrong) {
      expect(await attachments.open(village, kept.digest, key)).toMatchObject({
        refusal: { code: 'attachment.unknown' },
      });
    }
    const rowsKept = await rows('select uploaded_by, sealed_size, received_at from blob');
    expect(rowsKept).toEqual([{ uploaded_by: 'subject-1', sealed_size: 1029, received_at: new Date(now) }]);
  });

  it('that are refused leave nothing', async () => {
    const put = (bytes: Buffer, type: string) =>
      transactor.run((sql) => attachments.put(sql, village, bytes, type, 'subject-1'));
    expect(await put(Buffer.alloc(0), 'text/plain')).toMatchObject({ refusal: { code: 'attachment.empty' } });
    expect(await put(Buffer.from('<html>'), 'text/plain')).toMatchObject({ refusal: { code: 'attachment.type' } });
    expect(await rows('select * from blob')).toEqual([]);
  });

  it('are to be sent once, however often that is asked', async () => {
    const [one, two] = [await upload(textOf(10)), await upload(textOf(10))];
    const send = (digests: string[]) => transactor.run((sql) => attachments.sendUp(sql, village, digests));
    await send([one.digest]);
    now += 1000;
    await send([two.digest, one.digest, one.digest]);
    await send([]);
    const waiting = await rows<{ digest: string; created_at: Date }>('select digest, created_at from blob_transfer');
    expect(new Map(waiting.map((row) => [row.digest, row.created_at.getTime()]))).toEqual(
      new Map([
        [one.digest, now - 1000],
        [two.digest, now],
      ]),
    );
  });

  it('that are not here are fetched from the parent, once for all who ask', async () => {
    const line = new Line(above);
    let reads = 0;
    const reader = new Attachments(await openStore(), clock, (digest, offset) => {
      reads++;
      return line.read(digest, offset);
    });
    const content = textOf(600_000);
    const { digest, key } = await above.put(content);
    const ask = () => reader.open(village, digest, key.toString('base64url'));
    line.up = false;
    expect(await ask()).toMatchObject({ refusal: { code: 'attachment.not-here' } });
    line.up = true;
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map((opened) => opened.ok && opened.value.equals(content))).toEqual([true, true, true]);
    expect(reads).toBe(2);
    const unknown = await reader.open(village, '0'.repeat(64), key.toString('base64url'));
    expect(unknown).toMatchObject({ refusal: { code: 'attachment.not-here' } });
  });
});

describe('the sending of attachments', () => {
  const noted = async (bytes: number, node = village) => {
    const kept = await upload(textOf(bytes), node);
    await transactor.run((sql) => attachments.sendUp(sql, node, [kept.digest]));
    return kept;
  };
  const waiting = () => rows<{ digest: string; attempts: number; next_at: Date }>('select * from blob_transfer');

  it('takes every file up, once for all nodes of the host, and says what waits', async () => {
    const files: { digest: string }[] = [];
    for (let n = 0; n < 40; n++) files.push(await noted(2000));
    await transactor.run((sql) => attachments.sendUp(sql, other, [files[0]!.digest]));
    const line = new Line(above);
    const seen: TransferFigures[] = [];
    const worker = workerOver(line, [], (figures) => seen.push(figures));
    worker.start();
    await until(async () => (await waiting()).length === 0);
    await worker.stop();
    expect(line.offsets).toEqual(files.map(() => 0));
    for (const { digest } of files) expect((await above.stat(digest)).complete).toBe(true);
    expect(seen.at(-1)).toEqual({ waiting: 0, oldestAgeMs: 0 });
  });

  it('waits quietly for a parent that is away and goes on when it is back', async () => {
    await noted(2000);
    await noted(2000);
    const line = new Line(above);
    line.up = false;
    const [lines, seen]: [string[], TransferFigures[]] = [[], []];
    const worker = workerOver(line, lines, (figures) => seen.push(figures));
    worker.start();
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({ waiting: 2 });
    const asked = line.stats;
    worker.wake();
    await until(() => seen.length === 2);
    expect(line.stats).toBe(asked);
    now += 1_000;
    worker.wake();
    await until(() => line.stats > asked);
    expect((await waiting()).map(({ attempts }) => attempts)).toEqual([0, 0]);
    line.up = true;
    worker.parentReturned();
    await until(async () => (await waiting()).length === 0);
    await worker.stop();
    expect(lines).toEqual(['attachments wait for the parent host', 'attachments are on their way again']);
  });

  it('resumes a cut file where it was; progress keeps the pause short', async () => {
    const { digest } = await noted(1_000_000);
    const line = new Line(above);
    line.cutAfter = 300_000;
    const worker = workerOver(line);
    worker.start();
    for (let cuts = 1; cuts <= 3; cuts++) {
      // The row of the round before looks the same but for its time: that is what tells that this one has ended.
      await until(async () => line.offsets.length === cuts && (await waiting())[0]?.next_at.getTime() === now + 1_000);
      expect((await waiting())[0]!.attempts).toBe(1);
      now += 1_000;
      worker.wake();
    }
    await until(async () => (await waiting()).length === 0);
    await worker.stop();
    expect(line.offsets).toEqual([0, 262_144, 524_288, 786_432]);
    expect((await above.stat(digest)).complete).toBe(true);
  });

  it('has patience with a file that is not here yet, and sends it on as soon as it comes', async () => {
    const source = await openStore();
    const { digest, sealedSize } = await source.put(textOf(5000));
    await transactor.run((sql) => attachments.sendUp(sql, village, [digest]));
    const line = new Line(above);
    const lines: string[] = [];
    const worker = workerOver(line, lines);
    worker.start();
    await until(async () => (await waiting())[0]?.attempts === 1);
    now += 1_000;
    worker.wake();
    await until(async () => (await waiting())[0]?.attempts === 2);
    expect((await waiting())[0]!.next_at.getTime()).toBe(now + 2_000);
    expect([line.stats, lines]).toEqual([0, []]);
    const sent = await source.read(digest, 0);
    if (!sent.ok) throw new Error('not read');
    await new Line(here).write({ digest, size: sealedSize, offset: 0 }, sent.value.chunks);
    await until(async () => (await waiting()).length === 0);
    await worker.stop();
    expect((await above.stat(digest)).complete).toBe(true);
  });

  it('a file that the disk changed is refused above, set aside here and told of', async () => {
    const { digest } = await noted(5000);
    const path = join(root, String(folders - 2), digest.slice(0, 2), digest);
    const bytes = readFileSync(path);
    bytes[100]! ^= 1;
    writeFileSync(path, bytes);
    const lines: string[] = [];
    const worker = workerOver(new Line(above), lines);
    worker.start();
    await until(async () => (await waiting())[0]?.attempts === 1);
    await worker.stop();
    expect(lines).toEqual(['the parent host did not take an attachment']);
    expect((await here.stat(digest)).complete).toBe(false);
    expect(await above.stat(digest)).toEqual({ held: 0, complete: false });
  });

  it('one file that fails does not hold up the others', async () => {
    const bad = await noted(5000);
    const good = await noted(5000);
    const line = new Line(above);
    const parent: ParentBlobs = {
      stat: (digest) => line.stat(digest),
      read: (digest, offset) => line.read(digest, offset),
      write: (header, chunks) => {
        if (header.digest === bad.digest) throw new Error('broken pipe');
        return line.write(header, chunks);
      },
    };
    const worker = workerOver(parent);
    worker.start();
    await until(async () => (await above.stat(good.digest)).complete && (await waiting())[0]?.attempts === 1);
    await worker.stop();
    expect((await waiting()).map(({ digest }) => digest)).toEqual([bad.digest]);
  });
});
