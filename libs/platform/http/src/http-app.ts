import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import helmet from '@fastify/helmet';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { nestLogger, type Logger, type Metrics } from '@tongban/platform/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { HttpAdapter, usualLimits, type HttpLimits } from './adapter.js';
import { addServiceRoutes } from './health.js';
import { addBodyParsers, addHooks, watchTraffic, type Traffic } from './hooks.js';
import { limitRates, usualRates, type RateLimits } from './rates.js';
import { openApiOf, type OpenApiDocument, type OpenApiInfo } from './openapi.js';
import type { HttpPorts } from './ports.js';
import { sendProblem } from './respond.js';
import { routesOf } from './route-registry.js';

export interface HttpAppOptions {
  /** The root module: a class, or a class with its providers. */
  readonly module: Type<unknown> | DynamicModule;
  /** Given, or taken from the providers of the module. */
  readonly ports: HttpPorts | ((app: INestApplicationContext) => HttpPorts);
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly info: OpenApiInfo;
  readonly limits?: Partial<HttpLimits>;
  readonly rates?: Partial<RateLimits>;
  /** Addresses or networks of proxies in front of us, whose X-Forwarded-For is believed; nobody's when not given. */
  readonly trustedProxies?: readonly string[];
  /** Directives of the Content-Security-Policy of a host that also serves pages; without it nothing may be loaded. */
  readonly contentSecurityPolicy?: Readonly<Record<string, readonly string[]>>;
  /** Further plugins, e.g. the files of the console. Runs before Nest's routes are registered. */
  readonly configure?: (server: FastifyInstance) => void | Promise<void>;
}

export interface HttpApp {
  readonly nest: NestFastifyApplication;
  readonly document: OpenApiDocument;
  /** Begins to serve. @returns the port, which is the system's choice for port 0. */
  listen(host: string, port: number): Promise<number>;
  /** Takes nothing new, finishes what is under way within `drainTimeoutMs`, then shuts the module down. Once, however often called. */
  close(): Promise<void>;
}

const drainPollMs = 20;
const apiPolicy = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };

/**
 * An application that is ready to listen.
 *
 * @throws Error when a controller has a method without `@Route`, or routes contradict each other.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { logger, metrics } = options;
  const limits = { ...usualLimits, ...options.limits };
  const adapter = new HttpAdapter(limits, logger, options.trustedProxies);
  const server = adapter.server;
  const nest = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLogger(logger),
  });
  const specs = routesOf(nest);
  const document = openApiOf(specs, options.info);
  const text = JSON.stringify(document);
  const ports = typeof options.ports === 'function' ? options.ports(nest) : options.ports;
  const traffic = watchTraffic(server);
  await addSecurityHeaders(server, options.contentSecurityPolicy ?? apiPolicy);
  const rates = await limitRates(server, { ...usualRates, ...options.rates });
  addHooks(server, traffic, { logger, metrics, ports: () => ports, rates });
  addBodyParsers(server);
  addServiceRoutes(server, {
    ...{ traffic, logger, metrics, checks: () => ports.checks, openApi: () => text },
    details: () => ports.details?.(),
  });
  await options.configure?.(server);
  nest.useGlobalFilters({
    catch: (error: unknown, host: { switchToHttp(): HttpHost }) => {
      const http = host.switchToHttp();
      sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), logger);
    },
  });
  await nest.init();
  await server.ready();
  let closing: Promise<void> | undefined;
  return {
    nest,
    document,
    listen: async (host, port) => {
      await nest.listen(port, host);
      return (server.server.address() as AddressInfo).port;
    },
    close: () => (closing ??= drainAndClose(nest, server, traffic, limits.drainTimeoutMs, logger)),
  };
}

interface HttpHost {
  getRequest<T>(): T;
  getResponse<T>(): T;
}

/** Awaited, so that its hook comes before ours and a refused request carries the headers too. */
async function addSecurityHeaders(
  server: FastifyInstance,
  policy: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const directives = Object.fromEntries(Object.entries(policy).map(([name, sources]) => [name, [...sources]]));
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    // A matter of whoever terminates TLS in front of us.
    strictTransportSecurity: false,
  });
}

async function drainAndClose(
  nest: NestFastifyApplication,
  { server }: FastifyInstance,
  traffic: Traffic,
  timeoutMs: number,
  logger: Logger,
): Promise<void> {
  traffic.draining = true;
  if (server.listening) server.close();
  server.closeIdleConnections();
  const polls = Math.ceil(timeoutMs / drainPollMs);
  for (let poll = 0; poll < polls && traffic.inFlight > 0; poll++) await sleep(drainPollMs);
  if (traffic.inFlight > 0) logger.warn({ inFlight: traffic.inFlight }, 'requests cut off at shutdown');
  server.closeAllConnections();
  await nest.close();
}

/** Writes the description as a file to be committed, e.g. docs/openapi.json. */
export const writeOpenApi = ({ document }: Pick<HttpApp, 'document'>, file: string): Promise<void> =>
  writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
