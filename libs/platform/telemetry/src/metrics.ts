import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

const httpBucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface HttpObservation {
  /** The route's operation id, never the address: addresses hold record ids. */
  readonly operation: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  readonly registry: Registry;
  observeHttp(observation: HttpObservation): void;
  /** Prometheus text exposition of everything registered here. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** One registry per process, with the process's own figures (memory, event loop, garbage collection). */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests by operation and status.',
    labelNames: ['operation', 'method', 'status'],
    buckets: httpBucketsSeconds,
    registers: [registry],
  });
  return {
    registry,
    observeHttp: ({ operation, method, status, seconds }) =>
      http.observe({ operation, method, status: String(status) }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
