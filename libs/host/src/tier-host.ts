import {
  ActionController,
  AttachmentController,
  CaseController,
  CASEWORK,
  MandateController,
} from '@tongban/feature/casework';
import { catalogueModule } from '@tongban/feature/catalogue';
import { LINK_DATABASE, LinkController, LINKS, QuarantineController } from '@tongban/feature/links';
import type { Tier } from '@tongban/kernel';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import type { DynamicModule } from '@nestjs/common';
import type { CaseworkHost } from './casework-host.js';
import { loadTierConfig } from './config.js';
import { openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

class TierModule {}

/** What every tier serves; a tier is an address and a list of features. */
export function tierModule(host: Pick<CaseworkHost, 'casework' | 'catalogue' | 'links' | 'dataSource'>): DynamicModule {
  const catalogue = catalogueModule(host.catalogue);
  return {
    module: TierModule,
    controllers: [
      CaseController,
      ActionController,
      MandateController,
      AttachmentController,
      LinkController,
      QuarantineController,
      ...catalogue.controllers,
    ],
    providers: [
      { provide: CASEWORK, useValue: host.casework },
      { provide: LINKS, useValue: host.links },
      { provide: LINK_DATABASE, useValue: host.dataSource },
      ...catalogue.providers,
    ],
  };
}

/** The whole program of a tier's app. */
export async function runTierHost(tier: Exclude<Tier, 'province'>): Promise<void> {
  let logger: Logger | undefined;
  await runProcess(
    () => logger,
    async () => {
      const config = loadTierConfig(tier);
      const service = `tongban-${tier}`;
      logger = createLogger({ service, level: config.logLevel });
      const hosted = openNodes(config, tier, config.nodes);
      const scopes = config.nodes.map((pattern) => ('code' in pattern ? pattern.code : `${pattern.prefix}*`));
      const grpcParent = config.grpcParent.text;
      return serve({ tier, service, config, hosted, scopes, grpcParent, logger }, (host) => ({
        module: tierModule(host),
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      }));
    },
  );
}
