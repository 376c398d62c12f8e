import type { DynamicModule } from '@nestjs/common';
import {
  EXCHANGE,
  ExchangeController,
  ExchangeDeskController,
  ExchangeResendController,
  ExchangeOrderController,
  ExchangeStatementController,
  type ExchangeService,
} from '@tongban/feature/exchange';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import { loadGatewayConfig } from './config.js';
import { exchangeHostTables, openExchange } from './exchange.js';
import { composeFeatures, featuresOf, type FeatureParts } from './features.js';
import { DivisionWatch } from './division-watch.js';
import { openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

class GatewayModule {}

export function gatewayModule(parts: FeatureParts, exchange: ExchangeService): DynamicModule {
  const { controllers, providers } = composeFeatures(featuresOf.province, parts);
  return {
    module: GatewayModule,
    controllers: [
      ...controllers,
      ExchangeController,
      ExchangeDeskController,
      ExchangeOrderController,
      ExchangeResendController,
      ExchangeStatementController,
    ],
    providers: [...providers, { provide: EXCHANGE, useValue: exchange }],
  };
}

/** The whole program of the provincial gateway: a holder of every case of the city, and the exchange. */
export async function runGatewayHost(): Promise<void> {
  let logger: Logger | undefined;
  await runProcess(
    () => logger,
    async (restart) => {
      const config = loadGatewayConfig();
      const service = 'tongban-provincial-gateway';
      logger = createLogger({ service, level: config.logLevel });
      const hosted = openNodes(config, 'province', []);
      const scopes = [...hosted.nodes];
      const [node] = hosted.nodes;
      const log = logger;
      return serve(
        {
          ...{ tier: 'province', service, config, hosted, scopes, logger },
          grpcParent: undefined,
          tables: [exchangeHostTables],
        },
        async (host, metrics) => {
          const running = await openExchange(config, node!, host, log, metrics);
          const divisions = new DivisionWatch({
            ...{ files: config, hosted, logger: log, restart, clock: { now: Date.now } },
            namedIn: () => [],
          });
          return {
            module: gatewayModule(host, running.service),
            async start() {
              await running.start();
              host.onEntries(running.wake);
              divisions.start();
            },
            async stop() {
              divisions.stop();
              await running.stop();
            },
          };
        },
      );
    },
  );
}
