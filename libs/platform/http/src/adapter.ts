import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Logger } from '@tongban/platform/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { specOf } from './request-state.js';
import { sendOutcome, sendProblem } from './respond.js';

/** Milliseconds and bytes. */
export interface HttpLimits {
  readonly jsonBytes: number;
  readonly uploadBytes: number;
  readonly handlerTimeoutMs: number;
  /** For routes that take bytes: a village's line may be slow. */
  readonly uploadTimeoutMs: number;
  readonly drainTimeoutMs: number;
}

const mebibyte = 1_048_576;
export const usualLimits: HttpLimits = {
  jsonBytes: mebibyte,
  // 20 MiB of attachment and what a client may wrap around it.
  uploadBytes: 20 * mebibyte + 65_536,
  handlerTimeoutMs: 30_000,
  uploadTimeoutMs: 300_000,
  drainTimeoutMs: 10_000,
};
const headersTimeoutMs = 15_000;
const keepAliveTimeoutMs = 30_000;
const longestPathParameter = 200;

/**
 * Nest on Fastify with our way of answering: Nest's and Fastify's errors reach the client as problems, and what a
 * controller gives is sent as its route documents it.
 */
export class HttpAdapter extends FastifyAdapter {
  constructor(
    limits: HttpLimits,
    private readonly log: Logger,
    trustedProxies: readonly string[] = [],
  ) {
    super({
      trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
      bodyLimit: limits.jsonBytes,
      requestTimeout: limits.uploadTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      http: { headersTimeout: headersTimeoutMs },
      routerOptions: { maxParamLength: longestPathParameter },
      return503OnClosing: false,
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        sendProblem(error, request, reply, log),
    });
    this.server.addHook('onRoute', (route) => {
      const upload = route.config?.tongban?.body === 'bytes';
      route.bodyLimit = upload ? limits.uploadBytes : limits.jsonBytes;
      route.handlerTimeout = upload ? limits.uploadTimeoutMs : limits.handlerTimeoutMs;
    });
  }

  get server(): FastifyInstance {
    return this.getInstance<FastifyInstance>();
  }

  /** Nest would turn Fastify's errors into its own and lose their codes. */
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    this.server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, this.log));
    return this.getInstance();
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    this.server.setNotFoundHandler((request, reply) => sendProblem({ getStatus: () => 404 }, request, reply, this.log));
    return this.getInstance();
  }

  override reply(response: FastifyReply, body: unknown, statusCode?: number): ReturnType<FastifyAdapter['reply']> {
    const spec = specOf(response.request);
    if (spec === undefined) return super.reply(response, body, statusCode);
    try {
      sendOutcome(body, spec, response);
    } catch (error) {
      sendProblem(error, response.request, response, this.log);
    }
    return response as ReturnType<FastifyAdapter['reply']>;
  }
}
