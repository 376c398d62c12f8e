import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

const exportTimeoutMillis = 5_000;
const exportEveryMillis = 2_000;
const mostQueuedSpans = 2_048;
const shutdownTimeoutMillis = 3_000;

export interface TracingOptions {
  /** `service.name` of the spans. */
  readonly service: string;
  /** Base address of an OTLP/HTTP receiver; nothing is exported without it, but trace ids are made and passed on. */
  readonly otlpEndpoint?: string | undefined;
  /** Further attributes of the resource, e.g. the nodes a host serves. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** For tests: sees every finished span. */
  readonly processor?: SpanProcessor;
}

export interface Tracing {
  /** Sends what is queued, bounded by {@link shutdownTimeoutMillis}; never throws. */
  stop(): Promise<void>;
}

/**
 * Makes this process's spans: context through AsyncLocalStorage, W3C Trace Context between processes. Call once, before
 * anything is served. Which libraries make spans is decided by the preload (see `preload.ts`), not here.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const spanProcessors: SpanProcessor[] = [];
  if (options.processor !== undefined) spanProcessors.push(options.processor);
  if (options.otlpEndpoint !== undefined) spanProcessors.push(await batchExport(options.otlpEndpoint));
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service, ...options.attributes }),
    spanProcessors,
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return { stop: () => bounded(provider.shutdown()) };
}

/** The exporter is loaded only by hosts that export: it is the largest part of the SDK. */
async function batchExport(endpoint: string): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  return new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMillis }), {
    maxQueueSize: mostQueuedSpans,
    scheduledDelayMillis: exportEveryMillis,
    exportTimeoutMillis,
  });
}

/** A receiver that is away must not keep a host from stopping. */
async function bounded(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, shutdownTimeoutMillis);
  });
  await Promise.race([work.catch(() => undefined), timeout]);
  clearTimeout(timer);
}
