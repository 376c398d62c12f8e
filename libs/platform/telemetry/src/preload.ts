/**
 * Loaded before an app with `node --import <preload> <main>`; built as an entry of its own.
 *
 * An app is one ES module whose packages stay outside the bundle, and static imports run before the first line of the
 * importing module: whatever `main` does, pg and @grpc/grpc-js would be loaded before they could be patched. This file
 * runs earlier. It registers the instrumentations and then loads the patched packages once through `require`, where the
 * hook sits; the app's later `import` gets the same, patched module objects. No loader thread is needed for that.
 * Without a tracer provider (`startTracing`) the patches do nothing.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { spanAddress } from './span-address.js';

const quietPaths = ['/health/', '/metrics'];

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url = '' }) => quietPaths.some((path) => url.startsWith(path)),
      // Polling of health and keys outside any request would make a trace each.
      requireParentforOutgoingSpans: true,
      // Reasons for looking and query codes are in queries, and anything may be put into a path.
      startIncomingSpanHook: ({ url = '' }) => spanAddress(url),
      redactedQueryParams: ['code', 'token'],
    }),
    // Work loops query all day long; only queries inside a span are of interest.
    new PgInstrumentation({ requireParentSpan: true }),
    new GrpcInstrumentation(),
  ],
});

const load = createRequire(import.meta.url);
for (const name of ['node:http', 'node:https', 'pg', '@grpc/grpc-js']) load(name);
// `import { request } from 'node:http'` sees a patched function only after this.
syncBuiltinESMExports();
