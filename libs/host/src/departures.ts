import { readDeparted, releaseDeparted, type Transactor } from '@tongban/federation/nest';
import type { NodeCode } from '@tongban/kernel';
import { createDataSource, waitForDatabase } from '@tongban/platform/database';
import type { Logger } from '@tongban/platform/telemetry';
import { transactorOf } from './database.js';

const databaseWaitMs = 60_000;
const poolSize = 2;
const watchIntervalMs = 2_000;

/**
 * The nodes that have moved from this host's database to one of their own. Read before anything is opened; from here on
 * this process leaves them out, which is noted for whoever moves them.
 */
export async function takeDepartures(databaseOwnerUrl: string, service: string, logger: Logger): Promise<NodeCode[]> {
  const onProgress = (progress: unknown): void => logger.warn({ progress }, 'waiting for the database');
  await waitForDatabase({ url: databaseOwnerUrl, timeoutMs: databaseWaitMs, onProgress });
  const owner = await createDataSource({
    ...{ url: databaseOwnerUrl, entities: [], migrations: [], poolSize, logger },
    applicationName: `${service} departures`,
  });
  try {
    return await transactorOf(owner).run(async (sql) => {
      const departed = await readDeparted(sql);
      await releaseDeparted(sql, departed);
      return departed;
    });
  } finally {
    await owner.destroy();
  }
}

/** Notices that a node which is served here has left. */
export class DepartureWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tools: {
      readonly transactor: Transactor;
      readonly nodes: readonly NodeCode[];
      readonly logger: Logger;
      /** Ends this process in order; whoever keeps it starts it again, without the nodes. */
      readonly restart: () => void;
    },
  ) {}

  start(): void {
    let busy = false;
    this.timer = setInterval(() => {
      if (busy) return;
      busy = true;
      void this.look().finally(() => {
        busy = false;
      });
    }, watchIntervalMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const { transactor, nodes, logger, restart } = this.tools;
    try {
      const departed = await transactor.run(readDeparted);
      const gone = departed.filter((node) => nodes.includes(node));
      if (gone.length === 0) return;
      this.stop();
      logger.warn({ nodes: gone }, 'nodes have moved to hosts of their own; starting again without them');
      restart();
    } catch (error) {
      logger.warn({ reason: String(error) }, 'departures could not be read');
    }
  }
}
