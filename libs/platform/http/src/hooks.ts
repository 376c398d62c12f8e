import type { Logger, Metrics } from '@tongban/platform/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { admit } from './admission.js';
import { auditAfter, auditBefore } from './audit.js';
import { parseJsonBody } from './json-body.js';
import { LogIns } from './log-ins.js';
import type { HttpPorts } from './ports.js';
import { RequestRefusal } from './request-refusal.js';
import type { Rates } from './rates.js';
import { specOf, stateOf } from './request-state.js';

export interface HookContext {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly ports: () => HttpPorts;
  readonly rates: Rates;
}

/** Requests under way, and whether new ones are still taken. */
export interface Traffic {
  inFlight: number;
  draining: boolean;
}

/** Counted on the server itself, so that requests that Fastify answers before any hook are counted too. */
export function watchTraffic({ server }: FastifyInstance): Traffic {
  const traffic: Traffic = { inFlight: 0, draining: false };
  server.on('request', (_request, response) => {
    traffic.inFlight++;
    response.once('close', () => traffic.inFlight--);
  });
  return traffic;
}

/** Everything that happens to a request outside of controllers. */
export function addHooks(
  server: FastifyInstance,
  traffic: Traffic,
  { logger, metrics, ports, rates }: HookContext,
): void {
  const logIns = new LogIns();
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-trace-id', stateOf(request).traceId);
    if (traffic.draining && specOf(request) !== undefined) {
      throw new RequestRefusal('service.unavailable', '服务正在停止，请稍后重试');
    }
    await rates.arrive(request, reply);
    await admit(request, ports());
    logIns.note(request, ports());
    await rates.admitted(request, reply);
  });
  server.addHook('onSend', async (request, reply) => {
    if (traffic.draining) reply.header('connection', 'close');
    await auditBefore(request, reply, ports());
  });
  server.addHook('onResponse', async (request, reply) => {
    await rates.answered(request, reply.statusCode);
    auditAfter(request, reply, ports());
    const spec = specOf(request);
    const { startedAt, person } = stateOf(request);
    const operation = spec?.operationId ?? (request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown'));
    const seconds = (performance.now() - startedAt) / 1_000;
    metrics.observeHttp({ operation, method: request.method, status: reply.statusCode, seconds });
    if (spec === undefined) return;
    const fields = { operation, status: reply.statusCode, ms: Math.round(seconds * 1_000), subject: person?.subject };
    if (spec.command === true || reply.statusCode >= 400) logger.info(fields, 'request');
    else logger.debug(fields, 'request');
  });
}

/** JSON for routes with a schema, raw bytes of any type for routes that ask for them, nothing else. */
export function addBodyParsers(server: FastifyInstance): void {
  const secure = server.getDefaultJsonParser('error', 'error');
  const wantsBytes = (request: FastifyRequest): boolean => specOf(request)?.body === 'bytes';
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (wantsBytes(request)) return done(null, body);
    try {
      done(
        null,
        parseJsonBody(body, (text) => parseWith(secure, request, text)),
      );
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (wantsBytes(request)) return done(null, body);
    if (body.length === 0) return done(null, undefined);
    done(new RequestRefusal('request.unknown-type', '正文须为 application/json'));
  });
}

type SecureParser = ReturnType<FastifyInstance['getDefaultJsonParser']>;

/** Fastify's parser, which refuses `__proto__`, behind a plain call; it answers before it returns. */
function parseWith(parser: SecureParser, request: FastifyRequest, text: string): unknown {
  let result: { readonly error: Error | null; readonly value: unknown } | undefined;
  void parser(request, text, (error, value: unknown) => {
    result = { error, value };
  });
  if (result === undefined || result.error !== null) throw new Error('not JSON');
  return result.value;
}
