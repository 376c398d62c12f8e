import type { DynamicModule } from '@nestjs/common';
import { createHttpApp } from '@tongban/platform/http';
import { createMetrics, startTracing, type Metrics } from '@tongban/platform/telemetry';
import { builtConsole, serveConsole } from './console.js';
import { openCaseworkHost, type CaseworkHost, type CaseworkHostOptions } from './casework-host.js';
import type { HostConfig } from './config.js';
import { featuresOf } from './features.js';
import { offlineVerifierOf, verifierOf } from './identity.js';
import type { Running } from './process.js';

/** What one kind of process adds to the common host: its HTTP module and its own work. */
export interface Program {
  readonly module: DynamicModule;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Served = Omit<CaseworkHostOptions, 'metrics'> & { readonly service: string; readonly config: HostConfig };

/** Opens everything in the order in which it is needed; stopping goes the other way round. */
export async function serve(
  options: Served,
  program: (host: CaseworkHost, metrics: Metrics) => Program | Promise<Program>,
): Promise<Running> {
  const { service, config, hosted, logger } = options;
  const metrics = createMetrics(service);
  const tracing = await startTracing({ service, otlpEndpoint: config.otlpEndpoint });
  const host = await openCaseworkHost({ ...options, metrics });
  const own = await program(host, metrics);
  const verifier = verifierOf(config, host.transactor, logger);
  const app = await createHttpApp({
    module: own.module,
    ports: {
      verifier: offlineVerifierOf(verifier, hosted, host.transactor),
      audit: host.audit,
      nodes: hosted.http,
      details: () => ({ clocks: host.links.clocks() }),
      checks: [{ name: 'database', check: async () => void (await host.dataSource.query('select 1')) }],
    },
    logger,
    metrics,
    info: { title: service, version: '0.1.0' },
    trustedProxies: config.trustedProxies,
    rates: { perPerson: config.requestsPerMinute },
    configure: (server) =>
      serveConsole(server, {
        folder: builtConsole,
        tier: options.tier,
        city: config.city,
        divisions: hosted.divisions,
        identity: { url: config.identityUrl, realm: config.identityRealm },
        features: featuresOf[options.tier],
        nodes: hosted.nodes,
      }),
  });
  // Not awaited: a host whose identity provider is away serves with the keys it has kept.
  void verifier.warmUp();
  await host.start();
  await own.start();
  const port = await app.listen(config.httpListen.host, config.httpListen.port);
  logger.info({ nodes: hosted.nodes.length, port }, 'serving');
  return {
    async stop() {
      await app.close();
      await own.stop();
      await host.stop();
      await tracing.stop();
    },
  };
}
