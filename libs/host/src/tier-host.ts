import type { DynamicModule } from '@nestjs/common';
import type { Tier } from '@tongban/kernel';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import { loadTierConfig } from './config.js';
import { composeFeatures, featuresOf, type FeatureParts } from './features.js';
import { openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

class TierModule {}

export const tierModule = (tier: Tier, parts: FeatureParts): DynamicModule => ({
  module: TierModule,
  ...composeFeatures(featuresOf[tier], parts),
});

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
        module: tierModule(tier, host),
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      }));
    },
  );
}
