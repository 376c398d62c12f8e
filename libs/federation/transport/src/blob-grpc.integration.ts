import { jest } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { Client, credentials, Server, ServerCredentials, type ClientWritableStream } from '@grpc/grpc-js';
import { BlobChunkSchema, type BlobChunk, type StatBlobResponse } from '@tongban/contract';
import { refuse, RefusalError, type NodeCode } from '@tongban/kernel';
// The two ends of a transfer meet here only: the product joins them in the apps.
/* eslint-disable @nx/enforce-module-boundaries */
import { blobLimits, BlobStore, type ParentBlobs } from '@tongban/platform/blob';
import { tcpProxy, type TcpProxy } from '@tongban/platform/local';
/* eslint-enable @nx/enforce-module-boundaries */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { blobClient } from './blob-client.js';
import { blobCallLimits } from './blob-files.js';
import { blobService } from './blob-server.js';
import { refusalOf } from './blob-status.js';
import { federationDefinition, grpcChannelOptions, GrpcParentCourier } from './grpc-courier.js';

const root = mkdtempSync(join(tmpdir(), 'tongban-blob-'));
const contentBytes = 10 * 1024 * 1024;
const idleTimeoutMs = 6_000;
const maxConcurrentReads = 3;
const waitMs = 40_000;
jest.setTimeout(120_000);
const pollMs = 5;
const never = new AbortController().signal;
let above: BlobStore;
let below: BlobStore;
let server: Server;
let proxy: TcpProxy;
let client: Client;
let parent: ParentBlobs;
let folders = 0;

const openStore = async (): Promise<BlobStore> => {
  const store = new BlobStore(join(root, String(folders++)));
  await store.prepare();
  return store;
};
const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let waited = 0; !(await what()); waited += pollMs) {
    if (waited > waitMs) throw new Error('waited in vain');
    await sleep(pollMs);
  }
};
const held = async (digest: string): Promise<number> => (await above.stat(digest)).held;
const dial = (port: number): Client =>
  new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...grpcChannelOptions,
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 200,
    'grpc.use_local_subchannel_pool': 1,
  });
const from = async (store: BlobStore, digest: string, offset: number): Promise<AsyncIterable<Uint8Array>> => {
  const source = await store.read(digest, offset);
  if (!source.ok) throw new Error(source.refusal.code);
  return source.value.chunks;
};
async function* once(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
/** Chunks that give the line time to be cut. */
async function* slowly(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    await sleep(10);
  }
}
/** A call by hand, for what our own client would not do. */
const rawWrite = () => {
  const { path, requestSerialize, responseDeserialize } = federationDefinition['writeBlob']!;
  let call: ClientWritableStream<BlobChunk> | undefined;
  const answer = new Promise<string>((resolve) => {
    call = client.makeClientStreamRequest<BlobChunk, StatBlobResponse>(
      path,
      requestSerialize,
      responseDeserialize,
      (error, value) => resolve(error === null ? `held ${value?.held}` : refusalOf(error).code),
    );
  });
  call!.on('error', () => undefined);
  return { call: call!, answer };
};
const chunkOf = (digest: string, size: number, offset: number, data: Uint8Array): BlobChunk =>
  create(BlobChunkSchema, { digest, size: BigInt(size), offset: BigInt(offset), data });

beforeEach(async () => {
  [above, below] = [await openStore(), await openStore()];
  server = new Server(grpcChannelOptions);
  const limits = { ...blobCallLimits, idleTimeoutMs, maxConcurrentReads };
  server.addService(federationDefinition, { ...blobService(above, undefined, limits), exchange: () => undefined });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  proxy = await tcpProxy({ target: { port } });
  client = dial(proxy.port);
  parent = blobClient(client);
});
afterEach(async () => {
  client.close();
  await proxy.stop();
  server.forceShutdown();
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a blob on its way up', () => {
  it('goes on where the line was cut, and is read back the same', async () => {
    const content = randomBytes(contentBytes);
    const { digest, key, sealedSize } = await below.put(content);
    const chunks = slowly(await from(below, digest, 0));
    const first = parent.write({ digest, size: sealedSize, offset: 0 }, chunks, never);
    await until(async () => (await held(digest)) > sealedSize / 2);
    await proxy.cut('refuse');
    expect(await first).toMatchObject({ refusal: { code: 'service.unavailable' } });
    expect(await parent.stat(digest, never)).toMatchObject({ refusal: { code: 'service.unavailable' } });
    expect(await above.open(digest, key)).toMatchObject({ refusal: { code: 'attachment.not-here' } });
    expect(await above.read(digest, 0)).toMatchObject({ refusal: { code: 'attachment.not-here' } });
    await proxy.heal();
    const there = await untilReached(digest);
    expect(there.held).toBeGreaterThan(sealedSize / 2);
    expect(there.held).toBeLessThan(sealedSize);
    const rest = await from(below, digest, there.held);
    const sent = await parent.write({ digest, size: sealedSize, offset: there.held }, rest, never);
    expect(sent).toEqual({ ok: true, value: { held: sealedSize, complete: true } });
    expect(await opens(above, digest, key, content)).toBe(true);
    const again = await parent.read(digest, 0);
    if (!again.ok) throw new Error(again.refusal.code);
    const parts: Uint8Array[] = [];
    for await (const part of again.value.chunks) parts.push(part);
    const fetched = Buffer.concat(parts);
    expect([again.value.size, fetched.length]).toEqual([sealedSize, sealedSize]);
    expect(await opens(await openStoreWith(digest, fetched), digest, key, content)).toBe(true);
  });

  it('that stands still is given up, and the next sender goes on', async () => {
    const { digest, sealedSize } = await below.put(randomBytes(1000));
    const stuck = rawWrite();
    stuck.call.write(chunkOf(digest, sealedSize, 0, new Uint8Array(10)));
    await until(async () => (await held(digest)) === 10);
    const busy = await parent.write({ digest, size: sealedSize, offset: 10 }, once(), never);
    expect(busy).toMatchObject({ refusal: { code: 'service.busy' } });
    expect(await stuck.answer).toBe('service.unavailable');
    const wrong = await parent.write({ digest, size: sealedSize, offset: 10 }, await from(below, digest, 10), never);
    expect(wrong).toMatchObject({ refusal: { code: 'attachment.digest' } });
    const sent = await parent.write({ digest, size: sealedSize, offset: 0 }, await from(below, digest, 0), never);
    expect(sent).toMatchObject({ ok: true, value: { complete: true } });
    expect(await parent.write({ digest, size: sealedSize, offset: 0 }, once(), never)).toEqual(sent);
  });

  it('ends with the code of what is wrong, and nothing of it can be seen', async () => {
    const { digest, sealedSize } = await below.put(randomBytes(1000));
    const write = async (size: number, offset: number, ...chunks: Uint8Array[]): Promise<string> => {
      const result = await parent.write({ digest, size, offset }, once(...chunks), never);
      return result.ok ? `held ${result.value.held}` : result.refusal.code;
    };
    expect(await write(sealedSize, 5, new Uint8Array(1))).toBe('attachment.offset');
    expect(await write(blobLimits.maxSealedBytes + 1, 0, new Uint8Array(1))).toBe('attachment.too-large');
    expect(await write(sealedSize, 0, new Uint8Array(sealedSize + 1))).toBe('attachment.too-large');
    expect(await write(sealedSize, 0, randomBytes(sealedSize))).toBe('attachment.digest');
    expect(await above.stat(digest)).toEqual({ held: 0, complete: false });
    expect(await write(sealedSize, 0, new Uint8Array(7))).toBe('held 7');
    expect(await above.stat(digest)).toEqual({ held: 7, complete: false });
  });

  it('is refused when its calls do not keep to the protocol', async () => {
    const digest = 'a'.repeat(64);
    const answerTo = (...chunks: BlobChunk[]): Promise<string> => {
      const { call, answer } = rawWrite();
      for (const chunk of chunks) call.write(chunk);
      call.end();
      return answer;
    };
    expect(await answerTo()).toBe('request.malformed');
    expect(await answerTo(chunkOf('../../etc/passwd', 100, 0, new Uint8Array(1)))).toBe('request.malformed');
    const large = new Uint8Array(blobCallLimits.maxChunkBytes + 1);
    expect(await answerTo(chunkOf(digest, 1_000_000, 0, large))).toBe('request.too-large');
    const [one, two] = [new Uint8Array(1), chunkOf('b'.repeat(64), 0, 0, new Uint8Array(1))];
    expect(await answerTo(chunkOf(digest, 100, 0, one), two)).toBe('request.malformed');
    expect(await parent.stat('nothing', never)).toMatchObject({ refusal: { code: 'request.malformed' } });
    expect(await parent.read('nothing', 0)).toMatchObject({ refusal: { code: 'request.malformed' } });
  });

  it('stops when its sender stops, or its source fails', async () => {
    const { digest, sealedSize } = await below.put(randomBytes(contentBytes));
    const stopping = new AbortController();
    const chunks = slowly(await from(below, digest, 0));
    const sent = parent.write({ digest, size: sealedSize, offset: 0 }, chunks, stopping.signal);
    await until(async () => (await held(digest)) > 0);
    stopping.abort();
    expect(await sent).toMatchObject({ refusal: { code: 'service.unavailable' } });
    await until(async () => {
      const retried = await parent
        .write({ digest, size: sealedSize, offset: await held(digest) }, failing(), never)
        .catch((error: unknown) => String(error));
      return retried === 'Error: the disk is broken';
    });
    expect((await above.stat(digest)).complete).toBe(false);
  });
});

describe('a blob on its way down', () => {
  it('is refused with its code, also in the middle', async () => {
    const { digest, sealedSize } = await above.put(randomBytes(1000));
    expect(await parent.read('0'.repeat(64), 0)).toMatchObject({ refusal: { code: 'attachment.not-here' } });
    expect(await parent.read(digest, sealedSize + 1)).toMatchObject({ refusal: { code: 'attachment.offset' } });
    const end = await parent.read(digest, sealedSize);
    expect(end.ok && end.value.size).toBe(sealedSize);
    const { digest: long } = await above.put(randomBytes(contentBytes));
    const source = await parent.read(long, 0);
    if (!source.ok) throw new Error(source.refusal.code);
    const reading = (async () => {
      let got = 0;
      for await (const chunk of source.value.chunks) {
        if (got === 0) await proxy.cut('refuse');
        got += chunk.length;
      }
    })();
    await expect(reading).rejects.toThrow(RefusalError);
    await expect(reading).rejects.toMatchObject({ refusal: { code: 'service.unavailable' } });
  });

  it('whose reader stands still does not keep its place', async () => {
    const { digest } = await above.put(randomBytes(contentBytes));
    const readers = await Promise.all(Array.from({ length: maxConcurrentReads }, () => parent.read(digest, 0)));
    expect(readers.every((reader) => reader.ok)).toBe(true);
    const refused = await parent.read(digest, 0);
    expect(refused.ok ? 'read' : refused.refusal.code).toBe('service.busy');
    let next = refused;
    await until(async () => (next = await parent.read(digest, 0)).ok);
    for (const reader of [...readers, next]) {
      if (reader.ok) await reader.value.chunks[Symbol.asyncIterator]().return?.();
    }
  });
});

describe('the service', () => {
  it('tells the log, not the caller, why a disk failed', async () => {
    const broken = (): never => {
      throw new Error('EIO on /secret/path');
    };
    const lines: unknown[] = [];
    const failing = { stat: broken, receive: broken, read: broken };
    const second = new Server();
    second.addService(federationDefinition, {
      ...blobService(failing, (_, message, details) => lines.push([message, details])),
      exchange: () => undefined,
    });
    const port = await new Promise<number>((resolve, reject) => {
      second.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const direct = dial(port);
    const digest = 'a'.repeat(64);
    const calls = blobClient(direct);
    const results = [
      await calls.stat(digest),
      await calls.write({ digest, size: 100, offset: 0 }, once(new Uint8Array(1))),
      await calls.read(digest, 0),
    ];
    for (const result of results) expect(result).toEqual(refuse('service.fault', '附件读写失败'));
    expect(lines).toHaveLength(3);
    direct.close();
    second.forceShutdown();
  });

  it('stands beside the exchange of frames in a parent courier', async () => {
    const spare = await tcpProxy({ target: { port: 1 } });
    const { port } = spare;
    await spare.stop();
    const courier = new GrpcParentCourier(
      `127.0.0.1:${port}`,
      new Set<NodeCode>(),
      blobService(above),
      () => undefined,
    );
    await courier.start(
      async () => undefined,
      () => undefined,
    );
    const { digest, sealedSize } = await above.put(randomBytes(10));
    const direct = dial(port);
    expect(await blobClient(direct).stat(digest)).toEqual({ ok: true, value: { held: sealedSize, complete: true } });
    direct.close();
    await courier.stop();
  });
});

async function untilReached(digest: string): Promise<{ held: number }> {
  let there = await parent.stat(digest, never);
  await until(async () => (there = await parent.stat(digest, never)).ok);
  if (!there.ok) throw new Error(there.refusal.code);
  return there.value;
}

/** Compared as a whole: a matcher would look at ten million bytes one by one. */
async function opens(store: BlobStore, digest: string, key: Buffer, content: Buffer): Promise<boolean> {
  const opened = await store.open(digest, key);
  return opened.ok && opened.value.equals(content);
}

async function openStoreWith(digest: string, sealed: Uint8Array): Promise<BlobStore> {
  const store = await openStore();
  const writer = await store.receive(digest, sealed.length, 0);
  if (!writer.ok) throw new Error(writer.refusal.code);
  await writer.value.write(sealed);
  await writer.value.finish();
  await writer.value.close();
  return store;
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
  throw new Error('the disk is broken');
}
