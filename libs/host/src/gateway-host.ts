import type { DynamicModule } from '@nestjs/common';
import { CaseController, CASEWORK } from '@tongban/feature/casework';
import { catalogueModule } from '@tongban/feature/catalogue';
import { EXCHANGE, ExchangeController, type ExchangeService } from '@tongban/feature/exchange';
import { LINK_DATABASE, LinkController, LINKS, QuarantineController } from '@tongban/feature/links';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import type { CaseworkHost } from './casework-host.js';
import { loadGatewayConfig } from './config.js';
import { exchangeHostTables, openExchange } from './exchange.js';
import { openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

class GatewayModule {}

export const gatewayModule = (
  host: Pick<CaseworkHost, 'casework' | 'catalogue' | 'links' | 'dataSource'>,
  exchange: ExchangeService,
): DynamicModule => {
  const catalogue = catalogueModule(host.catalogue);
  return {
    module: GatewayModule,
    controllers: [CaseController, LinkController, QuarantineController, ExchangeController, ...catalogue.controllers],
    providers: [
      { provide: CASEWORK, useValue: host.casework },
      { provide: LINKS, useValue: host.links },
      { provide: LINK_DATABASE, useValue: host.dataSource },
      { provide: EXCHANGE, useValue: exchange },
      ...catalogue.providers,
    ],
  };
};

/** The whole program of the provincial gateway: a holder of every case of the city, and the exchange. */
export async function runGatewayHost(): Promise<void> {
  let logger: Logger | undefined;
  await runProcess(
    () => logger,
    async () => {
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
          return {
            module: gatewayModule(host, running),
            start: () => running.exchange.start(),
            stop: () => running.exchange.stop(),
          };
        },
      );
    },
  );
}
