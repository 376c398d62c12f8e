/** Papers of an application of the provincial portal: from the gateway's disk to the village's, over every host between. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { blobClient, blobService, federationDefinition, grpcChannelOptions } from '@tongban/federation/transport';
import { nodeCode, refusalKind, type NodeCode } from '@tongban/kernel';
import { Attachments, blobMigrations, BlobStore } from '@tongban/platform/blob';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createLogger } from '@tongban/platform/telemetry';
import { freshDatabase, tcpProxy } from '@tongban/testkit';
import type { DataSource } from 'typeorm';
import { filesForBelow } from '../src/files-for-below.js';

jest.setTimeout(120_000);

const codes = ['370000000000', '371100000000', '371102000000', '371102001000', '371102001001'] as const;
const contentBytes = 3 * 1024 * 1024;
const subject = 'provincial-platform';
const logger = createLogger({ service: 'test', level: 'error' });

/** A host with a disk of its own; `way` is what the host below it dials. */
interface Place {
  readonly node: NodeCode;
  readonly store: BlobStore;
  readonly attachments: Attachments;
  readonly way: Awaited<ReturnType<typeof tcpProxy>>;
  readonly reads: string[];
}

let folder: string;
let dataSource: DataSource;
let places: Place[];
const ends: (() => unknown)[] = [];

async function openPlace(code: string, above: Place | undefined): Promise<Place> {
  const store = new BlobStore(join(folder, code));
  await store.prepare();
  const read = above === undefined ? undefined : blobClient(dial(above.way.port)).read;
  const attachments = new Attachments(store, { now: Date.now }, read);
  const reads: string[] = [];
  const files = filesForBelow(store, (digest) => attachments.fetch(digest));
  const server = new Server(grpcChannelOptions);
  server.addService(federationDefinition, {
    ...blobService({
      ...files,
      read(digest, offset) {
        reads.push(digest);
        return files.read(digest, offset);
      },
    }),
    exchange: () => undefined,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const way = await tcpProxy({ target: { port } });
  ends.push(
    () => server.forceShutdown(),
    () => way.stop(),
  );
  return { node: nodeCode(code), store, attachments, way, reads };
}

function dial(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...grpcChannelOptions,
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 200,
    'grpc.use_local_subchannel_pool': 1,
  });
  ends.push(() => client.close());
  return client;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'papers-'));
  dataSource = await createDataSource({
    ...{ url: await freshDatabase(), entities: [], migrations: blobMigrations, poolSize: 4, applicationName: 'test' },
    logger,
  });
  places = [];
  for (const code of codes) places.push(await openPlace(code, places.at(-1)));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await dataSource.destroy();
  await rm(folder, { recursive: true, force: true });
});

/** A paper as the gateway seals it when it has come from the province. */
async function paperAtTop() {
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(contentBytes), Buffer.from('\n%%EOF\n')]);
  const [gateway] = places as [Place];
  const put = await inTransaction(dataSource, (sql) =>
    gateway.attachments.put(sql, gateway.node, content, 'application/pdf', subject),
  );
  if (!put.ok) throw new Error(put.refusal.code);
  return { content, file: put.value };
}
type File = Awaited<ReturnType<typeof paperAtTop>>['file'];

const adopt = (place: Place, file: File) =>
  inTransaction(dataSource, (sql) => place.attachments.adopt(sql, place.node, file, subject));

async function untilAdopted(place: Place, file: File): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const adopted = await adopt(place, file);
    if (adopted.ok) return;
    // What takes applications in waits with these, and does not answer the applicant.
    expect(['unavailable', 'busy', 'fault', 'needsKey']).toContain(refusalKind(adopted.refusal.code));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the paper did not come');
}

it('come down host by host when the village takes the application in, sealed on every disk between', async () => {
  const { content, file } = await paperAtTop();
  const village = places.at(-1)!;
  await untilAdopted(village, file);
  const opened = await village.attachments.open(village.node, file.digest, file.key);
  expect(opened.ok && opened.value.equals(content)).toBe(true);
  for (const { store, node } of places) {
    expect([node, await store.stat(file.digest)]).toEqual([node, expect.objectContaining({ complete: true })]);
    const source = await store.read(file.digest, 0);
    const chunks: Uint8Array[] = [];
    if (source.ok) for await (const chunk of source.value.chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks).includes('%PDF')).toBe(false);
  }
  const before = places.map(({ reads }) => reads.length);
  await untilAdopted(village, file);
  expect(places.map(({ reads }) => reads.length)).toEqual(before);
});

it('wait for a host between that is away, and come when it is back', async () => {
  const { content, file } = await paperAtTop();
  const [, city, , , village] = places as [Place, Place, Place, Place, Place];
  await city.way.cut('refuse');
  const refused = await adopt(village, file);
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'attachment.not-here' } });
  expect((await city.store.stat(file.digest)).complete).toBe(false);
  await city.way.heal();
  await untilAdopted(village, file);
  const opened = await village.attachments.open(village.node, file.digest, file.key);
  expect(opened.ok && opened.value.equals(content)).toBe(true);
});

it('that are another file than the application says are not taken, and a key that does not fit opens nothing', async () => {
  const { file } = await paperAtTop();
  const other = (await paperAtTop()).file;
  const village = places.at(-1)!;
  await untilAdopted(village, other);
  expect((await adopt(village, { ...file, key: other.key })).ok).toBe(false);
  expect((await adopt(village, { ...other, size: other.size + 1 })).ok).toBe(false);
  expect(await readdir(folder)).toHaveLength(codes.length);
});
