import type { DynamicModule } from '@nestjs/common';
import { CaseController, CASEWORK } from '@tongban/feature/casework';
import { catalogueModule } from '@tongban/feature/catalogue';
import { LINK_DATABASE, LinkController, LINKS, QuarantineController } from '@tongban/feature/links';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import type { CaseworkHost } from './casework-host.js';
import { loadGatewayConfig } from './config.js';
import { openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

class GatewayModule {}

export const gatewayModule = (host: CaseworkHost): DynamicModule => {
  const catalogue = catalogueModule(host.catalogue);
  return {
    module: GatewayModule,
    controllers: [CaseController, LinkController, QuarantineController, ...catalogue.controllers],
    providers: [
      { provide: CASEWORK, useValue: host.casework },
      { provide: LINKS, useValue: host.links },
      { provide: LINK_DATABASE, useValue: host.dataSource },
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
      return serve({ tier: 'province', service, config, hosted, scopes, grpcParent: undefined, logger }, (host) => ({
        module: gatewayModule(host),
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      }));
    },
  );
}
