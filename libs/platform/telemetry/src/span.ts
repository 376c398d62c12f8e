import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

export type SpanRole = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type { Attributes, Span };

const kinds: Record<SpanRole, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};
const tracerName = 'tongban';

/** The active span as a W3C `traceparent` (Trace Context §3.2), to be stored or sent; undefined outside any span. */
export function currentTraceparent(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active !== undefined && isSpanContextValid(active) ? traceparentOf(active) : undefined;
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** The trace id of the active span, 32 hexadecimal digits. */
export const currentTraceId = (): string | undefined => currentTraceparent()?.slice(3, 35);

/** The trace id inside a `traceparent`; undefined when the text is not one. */
export const traceIdOf = (traceparent: string): string | undefined => parseTraceParent(traceparent)?.traceId;

/** Runs `fn` in a span below the active one. An error is recorded on the span and passed on. */
export const span = <T>(name: string, fn: (span: Span) => Promise<T> | T, attributes: Attributes = {}): Promise<T> =>
  run(context.active(), name, 'internal', attributes, fn);

/**
 * Runs `fn` in a span whose parent is a `traceparent` that came from elsewhere or was stored earlier: an outbox row, a
 * message, a request that waited for its owner. The span that is active here is kept as a link. A text that is no
 * traceparent starts a new trace.
 */
export function withRemoteParent<T>(
  traceparent: string | undefined,
  name: string,
  kind: SpanRole,
  attributes: Attributes,
  fn: (span: Span) => Promise<T> | T,
): Promise<T> {
  const remote = traceparent === undefined ? null : parseTraceParent(traceparent);
  const parent = trace.setSpanContext(context.active(), remote === null ? INVALID_SPAN_CONTEXT : remote);
  const here = trace.getActiveSpan()?.spanContext();
  return run(parent, name, kind, attributes, fn, here !== undefined && isSpanContextValid(here) ? here : undefined);
}

async function run<T>(
  parent: Context,
  name: string,
  kind: SpanRole,
  attributes: Attributes,
  fn: (span: Span) => Promise<T> | T,
  link?: SpanContext,
): Promise<T> {
  const options = { kind: kinds[kind], attributes, ...(link === undefined ? {} : { links: [{ context: link }] }) };
  const started = trace.getTracer(tracerName).startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, started), () => fn(started));
  } catch (error) {
    // The message of an error may quote what a person wrote; its kind is enough to find the log line.
    started.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    started.end();
  }
}
