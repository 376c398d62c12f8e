import { jest } from '@jest/globals';
import { create, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { FederationService, LocateQuerySchema, LocateResponseSchema, AskSchema } from '@tongban/contract';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { nodeCode, ok } from '@tongban/kernel';
import { damagedBytes } from '@tongban/testkit';
// The store of the real host: what an upload leaves behind is a part of the question.
/* eslint-disable @nx/enforce-module-boundaries */
import { BlobStore } from '@tongban/platform/blob';
/* eslint-enable @nx/enforce-module-boundaries */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { askService, type AskHandlers } from './ask-service.js';
import { signAsk } from './asks.js';
import { blobService } from './blob-server.js';
import { grpcChannelOptions, grpcLimits, GrpcParentCourier } from './grpc-courier.js';

jest.setTimeout(180_000);
const runs = 40;
const callTimeoutMs = 30_000;
const bombBytes = 256 * 1024 * 1024;
/** Far below what unpacking the bomb would take. */
const budgetBytes = 160 * 1024 * 1024;

const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const secrets = [makeSecret(village, 1), makeSecret(township, 1)];
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const clock = { now: (): number => Date.now() };

const folder = mkdtempSync(join(tmpdir(), 'tongban-hostile-'));
const faults: string[] = [];
let courier: GrpcParentCourier;
let client: Client;

const nobody = async function* (): AsyncGenerator<never> {};
const handlers: AskHandlers = {
  resend: nobody,
  snapshot: nobody,
  compareDigests: () => Promise.resolve(ok(create(FederationService.method.compareDigests.output))),
  locate: () => Promise.resolve(ok(create(LocateResponseSchema, { found: true }))),
  async mend(_pair, chunks) {
    for await (const chunk of chunks) void chunk;
    return ok(create(FederationService.method.mend.output));
  },
  conclude: () => Promise.resolve(ok(create(FederationService.method.conclude.output))),
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const store = new BlobStore(join(folder, 'blobs'));
  await store.prepare();
  const log = (_level: string, message: string): void => void faults.push(message);
  const asks = askService({ directory, isHosted: (node) => node === township, clock, handlers: () => handlers, log });
  const address = `127.0.0.1:${await freePort()}`;
  courier = new GrpcParentCourier(address, new Set([township]), { ...blobService(store), ...asks }, () => undefined);
  await courier.start(
    () => Promise.resolve(),
    () => undefined,
  );
  client = new Client(address, credentials.createInsecure(), grpcChannelOptions);
});
afterAll(async () => {
  client?.close();
  await courier?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const asIs = (bytes: Buffer): Buffer => bytes;
const pathOf = (name: string): string => `/${FederationService.typeName}/${name}`;

/** Sends bytes to a method as whatever it takes; the status that ends the call. */
function send(method: (typeof FederationService.methods)[number], messages: readonly Uint8Array[]): Promise<number> {
  const deadline = Date.now() + callTimeoutMs;
  return new Promise((resolve) => {
    const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      ...[pathOf(method.name), asIs, asIs, { deadline }],
    );
    call.on('error', (error: ServiceError) => resolve(error.code));
    call.on('status', (ended: { code: number }) => resolve(ended.code));
    call.on('data', () => undefined);
    for (const message of messages) call.write(Buffer.from(message));
    call.end();
  });
}

const locate = (): Promise<number> => {
  const body = toBinary(LocateQuerySchema, create(LocateQuerySchema, { record: 'x', hops: 1 }));
  const ask = signAsk(keystore, 'locate', { asker: village, asked: township }, body, clock.now());
  return send(FederationService.method.locate, [toBinary(AskSchema, ask)]);
};

/** Ends that say nothing: an exception of ours that nobody mapped, and nobody answering at all. */
const unsettled: readonly number[] = [status.UNKNOWN, status.DEADLINE_EXCEEDED];

describe.each(FederationService.methods.map((method) => [method.name, method] as const))('%s', (name, method) => {
  it('ends with a status whatever it is sent, and the next call is served', async () => {
    const before = faults.length;
    await fc.assert(
      fc.asyncProperty(fc.array(damagedBytes(method.input), { minLength: 1, maxLength: 3 }), async (messages) => {
        expect(unsettled).not.toContain(await send(method, messages));
      }),
      { numRuns: runs },
    );
    expect(faults.slice(before)).toEqual([]);
    expect([name, await locate()]).toEqual([name, status.OK]);
  });

  it('takes no message that is larger than a message may be', async () => {
    const bytes = new Uint8Array(grpcLimits.maxMessageBytes + 1);
    const wide = new Client(client.getChannel().getTarget().replace(/^dns:/, ''), credentials.createInsecure());
    const kept = client;
    client = wide;
    try {
      expect([status.RESOURCE_EXHAUSTED, status.INTERNAL, status.UNAVAILABLE]).toContain(await send(method, [bytes]));
    } finally {
      client = kept;
      wide.close();
    }
    expect(await locate()).toBe(status.OK);
  });
});

it('a message that unpacks into more than a message may be is given up while it is unpacked', async () => {
  const { connect } = await import('node:http2');
  const packed = gzipSync(Buffer.alloc(bombBytes));
  expect(packed.length).toBeLessThan(grpcLimits.maxMessageBytes);
  const frame = Buffer.alloc(5 + packed.length);
  frame.writeUInt8(1, 0); // compressed
  frame.writeUInt32BE(packed.length, 1);
  packed.copy(frame, 5);
  const before = process.memoryUsage().rss;
  const session = connect(`http://${client.getChannel().getTarget().replace(/^dns:/, '')}`);
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({
        ...{ ':method': 'POST', ':path': pathOf('Locate'), 'content-type': 'application/grpc' },
        ...{ te: 'trailers', 'grpc-encoding': 'gzip' },
      });
      let grpcStatus = '';
      stream.on('response', (headers) => (grpcStatus = String(headers['grpc-status'] ?? '')));
      stream.on('trailers', (trailers) => (grpcStatus = String(trailers['grpc-status'] ?? grpcStatus)));
      stream.on('error', () => resolve('reset'));
      stream.on('close', () => resolve(grpcStatus));
      stream.resume();
      stream.end(frame);
    });
    expect([String(status.RESOURCE_EXHAUSTED), String(status.INTERNAL), 'reset']).toContain(ended);
    expect(process.memoryUsage().rss - before).toBeLessThan(budgetBytes);
  } finally {
    session.destroy();
  }
  expect(await locate()).toBe(status.OK);
});
