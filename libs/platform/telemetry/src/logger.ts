import { types } from 'node:util';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { describedError, redacted } from './redaction.js';

export type { Logger };

export interface LoggerOptions {
  /** The app and its host, e.g. `district`; in every line as `service`. */
  readonly service: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Where lines go; standard output unless a test says otherwise. */
  readonly destination?: DestinationStream;
}

/** The ids of the active span, so that a line can be found from its trace and the other way round. */
function traceFields(): Record<string, string> {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context)
    ? { trace_id: context.traceId, span_id: context.spanId }
    : {};
}

/** JSON lines: time (ISO 8601), level (word), service, trace_id and span_id of the active span, msg; redacted. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceFields,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: (bindings) => bindings,
        log: (object) => redacted(object) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => (types.isNativeError(value) ? describedError(value) : value) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** What Nest asks of a logger; declared here so that this library does not load Nest. */
export interface NestLogger {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
  debug(message: unknown, ...rest: unknown[]): void;
  verbose(message: unknown, ...rest: unknown[]): void;
  fatal(message: unknown, ...rest: unknown[]): void;
}

/** Nest's own lines (modules, routes) are of interest to a developer only: its `log` is written as `debug`. */
export function nestLogger(logger: Logger): NestLogger {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const texts = rest.filter((part): part is string => typeof part === 'string');
      const context = texts.at(-1);
      const fields: Record<string, unknown> = { ...(context === undefined ? {} : { context }) };
      const error = [message, ...rest].find((part) => types.isNativeError(part));
      if (error !== undefined) fields['err'] = error;
      else if (texts.length > 1) fields['stack'] = texts[0];
      if (typeof message === 'object' && message !== null && error === undefined) fields['data'] = message;
      logger[level](
        fields,
        typeof message === 'string' ? message : types.isNativeError(error) ? error.message : 'nest',
      );
    };
  return {
    log: at('debug'),
    error: at('error'),
    warn: at('warn'),
    debug: at('debug'),
    verbose: at('debug'),
    fatal: at('fatal'),
  };
}
