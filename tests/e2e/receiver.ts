import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const largestBodyBytes = 32 * 1024 * 1024;

const attribute = z.looseObject({ key: z.string(), value: z.unknown() });
const spanSchema = z.looseObject({ traceId: z.string(), name: z.string(), kind: z.number().optional() });
/** ExportTraceServiceRequest in protobuf's JSON form (opentelemetry-proto, trace/v1). */
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ scope: z.looseObject({ name: z.string() }), spans: z.array(spanSchema) })),
    }),
  ),
});

export interface ReceivedSpan {
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly traceId: string;
  /** OTLP's SpanKind: 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** The whole span as it came, to search in. */
  readonly text: string;
}

const serviceOf = (attributes: readonly z.infer<typeof attribute>[]): string => {
  const value = attributes.find(({ key }) => key === 'service.name')?.value;
  return z.looseObject({ stringValue: z.string() }).parse(value).stringValue;
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > largestBodyBytes) throw new Error('an export is too large');
    parts.push(bytes);
  }
  const body = Buffer.concat(parts);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}

/** A receiver of OTLP over HTTP that keeps what it is sent. */
export class SpanReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Requests that were no export of traces in JSON. */
  readonly strange: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SpanReceiver> {
    const server = createServer();
    const receiver = new SpanReceiver(server);
    server.on('request', (request, response) => {
      void receiver
        .take(request)
        .catch((error: unknown) => receiver.strange.push(`${request.method} ${request.url}: ${String(error)}`))
        .finally(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  ofTrace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<void> {
    const body = await bodyOf(request);
    if (request.method !== 'POST' || request.url !== '/v1/traces') throw new Error('not for us');
    for (const { resource, scopeSpans } of exportSchema.parse(JSON.parse(body)).resourceSpans) {
      const service = serviceOf(resource.attributes);
      for (const { scope, spans } of scopeSpans) {
        for (const span of spans) {
          const { name, traceId, kind = 0 } = span;
          this.spans.push({ service, scope: scope.name, name, traceId, kind, text: JSON.stringify(span) });
        }
      }
    }
  }
}
