import { carriedRecords, takeCarried } from '@tongban/feature/catalogue';
import { NightlyReconciliation, type ReconciliationTools } from '@tongban/feature/reconciliation';
import type { Host, Reconciler, Transactor } from '@tongban/federation/nest';
import { AskClient, askService } from '@tongban/federation/transport';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';
import { randomUUID } from 'node:crypto';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { logTo, type Couriers } from './federation.js';
import type { HostedNodes } from './nodes.js';

const clock = { now: (): number => Date.now() };

/** The calls by which children's hosts ask; they answer once the host is open. */
export class Reconciliation {
  private reconciler: Reconciler | undefined;
  private nightly: NightlyReconciliation | undefined;
  readonly calls: UntypedServiceImplementation;

  constructor(
    private readonly hosted: HostedNodes,
    private readonly logger: Logger,
  ) {
    this.calls = askService({
      ...{ directory: hosted.directory, clock, log: logTo(logger) },
      isHosted: (node) => hosted.http.isHosted(node),
      handlers: () => this.reconciler?.handlers,
    });
  }

  open(host: Host, couriers: Couriers, transactor: Transactor, metrics: Metrics): ReconciliationTools {
    const { hosted, logger } = this;
    const { childEnd } = couriers;
    const above =
      childEnd === undefined ? undefined : new AskClient({ client: childEnd.client, keystore: hosted.keystore, clock });
    const carry = { transactor, directory: hosted.directory, clock, log: logTo(logger), nodes: hosted.nodes };
    const reconciler = host.reconciler({
      ...{ transactor, above },
      catalogueOf: (node) => carriedRecords(transactor, node),
      takeCatalogue: async (records) => void (await takeCarried(carry, records)),
    });
    this.reconciler = reconciler;
    this.nightly = new NightlyReconciliation({
      ...{ nodes: hosted.nodes, reconciler, transactor, clock, newId: randomUUID, log: logTo(logger) },
      reaches: (parent) => childEnd?.reaches(parent) ?? true,
    });
    watchDamage(metrics, transactor);
    return { reconciler, transactor, above, clock };
  }

  /** A parent asks one of our nodes; what is refused now is done in the night. */
  readonly asked = (node: HostedNodes['nodes'][number]): void => {
    void this.reconciler
      ?.request(node, randomUUID(), false)
      .catch((error: unknown) => this.logger.warn({ node, reason: String(error) }, 'no reconciliation could be begun'));
  };

  async start(): Promise<void> {
    await this.reconciler?.start();
    this.nightly?.start();
  }

  async stop(): Promise<void> {
    await this.nightly?.stop();
    await this.reconciler?.stop();
  }
}

function watchDamage(metrics: Metrics, transactor: Transactor): void {
  new Gauge({
    name: 'tongban_damaged_records',
    help: 'Records whose copy here does not hold and could not be mended yet.',
    registers: [metrics.registry],
    async collect() {
      const [row] = await transactor.run((sql) =>
        sql.query<{ count: number }>('select count(*)::int as count from damaged_record'),
      );
      this.set(row!.count);
    },
  });
}
