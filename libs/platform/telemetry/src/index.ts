export { createLogger, nestLogger, type Logger, type LoggerOptions, type NestLogger } from './logger.js';
export { describedError, redacted, type DescribedError } from './redaction.js';
export { startTracing, type Tracing, type TracingOptions } from './tracing.js';
export {
  currentTraceId,
  currentTraceparent,
  span,
  traceIdOf,
  withRemoteParent,
  type Attributes,
  type Span,
  type SpanRole,
} from './span.js';
export { Counter, createMetrics, Gauge, Histogram, Registry, type HttpObservation, type Metrics } from './metrics.js';
