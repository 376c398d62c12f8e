import type { DynamicModule } from '@nestjs/common';
import type { Tier } from '@tongban/kernel';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import { caseworkHostTables } from './casework-host.js';
import { loadTierConfig, type HostConfig } from './config.js';
import { openDatabase } from './database.js';
import { composeFeatures, featuresOf, type FeatureParts } from './features.js';
import { DepartureWatch, takeDepartures } from './departures.js';
import { DivisionWatch } from './division-watch.js';
import { codesOf, openNodes } from './nodes.js';
import { runProcess } from './process.js';
import { serve } from './serve.js';

/** Given on the command line: the process makes or upgrades its tables and ends, so that a node can be moved into them. */
const prepareOnly = '--prepare';
const preparePoolSize = 2;

class TierModule {}

export const tierModule = (tier: Tier, parts: FeatureParts): DynamicModule => ({
  module: TierModule,
  ...composeFeatures(featuresOf[tier], parts),
});

async function prepareDatabase(config: HostConfig, service: string, logger: Logger): Promise<void> {
  await (await openDatabase(config, service, preparePoolSize, caseworkHostTables, logger)).destroy();
}

/** The whole program of a tier's app. */
export async function runTierHost(tier: Exclude<Tier, 'province'>): Promise<void> {
  let logger: Logger | undefined;
  await runProcess(
    () => logger,
    async (restart) => {
      const config = loadTierConfig(tier);
      const service = `tongban-${tier}`;
      logger = createLogger({ service, level: config.logLevel });
      if (process.argv.includes(prepareOnly)) {
        await prepareDatabase(config, service, logger);
        process.exit(0);
      }
      const departed = await takeDepartures(config.databaseOwnerUrl, service, logger);
      const hosted = openNodes(config, tier, config.nodes, departed);
      const log = logger;
      const scopes = config.nodes.map((pattern) => ('code' in pattern ? pattern.code : `${pattern.prefix}*`));
      const grpcParent = config.grpcParent.text;
      return serve({ tier, service, config, hosted, scopes, grpcParent, logger }, (host) => {
        const { transactor } = host;
        const departures = new DepartureWatch({ transactor, nodes: hosted.nodes, logger: log, restart });
        const divisions = new DivisionWatch({
          ...{ files: config, hosted, logger: log, restart, clock: { now: Date.now } },
          namedIn: (tree) => codesOf(tree, tier, config.nodes),
        });
        return {
          module: tierModule(tier, host),
          async start() {
            departures.start();
            divisions.start();
          },
          async stop() {
            departures.stop();
            divisions.stop();
          },
        };
      });
    },
  );
}
