/** A program of its own, started by preload.spec.ts: one call each over HTTP, gRPC and to a database that is away. */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import pg from 'pg';
import { span } from '../src/span.js';
import { startTracing } from '../src/tracing.js';

const closedPort = 9;
const bytes = (value: Buffer): Buffer => value;
const service = {
  echo: {
    path: '/test.Echo/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
} as const;

async function overHttp(): Promise<void> {
  const server = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/echo', agent: false }, (response) =>
      response.resume().on('end', resolve),
    ).on('error', reject);
  });
  await new Promise((resolve) => server.close(resolve));
}

async function overGrpc(): Promise<void> {
  const server = new grpc.Server();
  server.addService(service, {
    echo: (call: grpc.ServerUnaryCall<Buffer, Buffer>, reply: grpc.sendUnaryData<Buffer>) => reply(null, call.request),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  await new Promise<void>((resolve, reject) =>
    client.makeUnaryRequest(service.echo.path, bytes, bytes, Buffer.from('hi'), (error) =>
      error === null ? resolve() : reject(error),
    ),
  );
  client.close();
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
}

const toDatabase = (): Promise<unknown> =>
  new pg.Client({ host: '127.0.0.1', port: closedPort }).connect().catch(() => undefined);

const exporter = new InMemorySpanExporter();
const tracing = await startTracing({ service: 'test', processor: new SimpleSpanProcessor(exporter) });
await span('whole', async () => {
  await overHttp();
  await overGrpc();
  await toDatabase();
});
const spans = exporter.getFinishedSpans().map((finished) => ({
  scope: finished.instrumentationScope.name,
  name: finished.name,
  trace: finished.spanContext().traceId,
}));
console.log(JSON.stringify({ spans }));
await tracing.stop();
