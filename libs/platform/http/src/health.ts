import type { Logger, Metrics } from '@tongban/platform/telemetry';
import type { FastifyInstance } from 'fastify';
import type { ReadinessCheck } from './ports.js';
import type { Traffic } from './hooks.js';

const checkTimeoutMs = 2_000;

export interface CheckResult {
  readonly status: 'up' | 'down';
  readonly ms: number;
}

export interface Readiness {
  readonly status: 'up' | 'down';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Runs all checks side by side, each for {@link checkTimeoutMs} at most. Why one failed is logged, not told. */
export async function readinessOf(
  checks: readonly ReadinessCheck[],
  logger: Pick<Logger, 'warn'>,
  timeoutMs = checkTimeoutMs,
): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ name, check }): Promise<readonly [string, CheckResult]> => {
      const started = performance.now();
      const failure = await outcomeOf(check, timeoutMs);
      const ms = Math.round(performance.now() - started);
      if (failure !== undefined) logger.warn({ check: name, err: failure.reason }, 'not ready');
      return [name, { status: failure === undefined ? 'up' : 'down', ms }];
    }),
  );
  const isUp = results.every(([, { status }]) => status === 'up');
  return { status: isUp ? 'up' : 'down', checks: Object.fromEntries(results) };
}

async function outcomeOf(check: () => Promise<void>, timeoutMs: number): Promise<{ reason: unknown } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return undefined;
  } catch (reason) {
    return { reason };
  } finally {
    clearTimeout(timer);
  }
}

export interface ServiceRoutes {
  readonly traffic: Traffic;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly checks: () => readonly ReadinessCheck[];
  readonly details: () => Readonly<Record<string, unknown>> | undefined;
  readonly openApi: () => string;
}

/** What operators and tools ask, outside `/v1` and open to anybody who reaches the port. */
export function addServiceRoutes(server: FastifyInstance, routes: ServiceRoutes): void {
  const { traffic, logger, metrics, checks, details, openApi } = routes;
  server.get('/health/live', async () => ({ status: 'up' }));
  server.get('/health/ready', async (_request, reply) => {
    const ready: Readiness = traffic.draining ? { status: 'down', checks: {} } : await readinessOf(checks(), logger);
    return reply.status(ready.status === 'up' ? 200 : 503).send({ ...ready, details: details() });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  server.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(openApi()));
}
