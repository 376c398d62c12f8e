import { workingCalendar } from '@tongban/domain/calendar';
import type { DivisionTree } from '@tongban/domain/division';
import {
  caseBinding,
  countRunningCases,
  caseworkInsertOnlyTables,
  caseworkMigrations,
  caseworkTables,
  mandateBinding,
  type CaseworkTools,
  type NodeSecrets,
} from '@tongban/feature/casework';
import {
  catalogueInsertOnlyTables,
  catalogueMigrations,
  catalogueTables,
  openCatalogue,
  type Catalogue,
} from '@tongban/feature/catalogue';
import { reformInsertOnlyTables, reformMigrations } from '@tongban/feature/reform';
import { readLinkTotals, type LinkTools } from '@tongban/feature/links';
import { bindingsOf, type Host, type Transactor } from '@tongban/federation/nest';
import { blobClient, blobService } from '@tongban/federation/transport';
import { Sealer, type Keystore } from '@tongban/journal';
import type { Tier } from '@tongban/kernel';
import {
  Attachments,
  blobInsertOnlyTables,
  blobMigrations,
  BlobStore,
  blobTables,
  BlobTransfers,
} from '@tongban/platform/blob';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';
import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { HostConfig } from './config.js';
import { openDatabase, transactorOf, type Tables } from './database.js';
import { logTo, makeCouriers, openFederation } from './federation.js';
import { identityTables } from './identity.js';
import { itemSourceOf } from './items.js';
import type { HostedNodes } from './nodes.js';

const poolSize = 16;
const clock = { now: (): number => Date.now() };

/** What every process with nodes keeps. */
export const caseworkHostTables: readonly Tables[] = [
  identityTables,
  { migrations: caseworkMigrations, readWrite: caseworkTables, insertOnly: caseworkInsertOnlyTables },
  { migrations: catalogueMigrations, readWrite: catalogueTables, insertOnly: catalogueInsertOnlyTables },
  { migrations: reformMigrations, readWrite: [], insertOnly: reformInsertOnlyTables },
  { migrations: blobMigrations, readWrite: blobTables, insertOnly: blobInsertOnlyTables },
];

export interface CaseworkHostOptions {
  readonly tier: Tier;
  readonly scopes: readonly string[];
  readonly config: HostConfig;
  readonly grpcParent: string | undefined;
  readonly hosted: HostedNodes;
  /** Of features that only this kind of process has. */
  readonly tables?: readonly Tables[];
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Cases, mandates, attachments, catalogue and links of the nodes of one process, without HTTP. */
export interface CaseworkHost {
  readonly dataSource: DataSource;
  readonly transactor: Transactor;
  readonly sealer: Sealer;
  readonly casework: CaseworkTools;
  readonly catalogue: Catalogue;
  readonly divisions: DivisionTree;
  readonly links: LinkTools;
  readonly federation: Host;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function openCaseworkHost(options: CaseworkHostOptions): Promise<CaseworkHost> {
  const { config, hosted, logger, tier } = options;
  const log = logTo(logger);
  const service = `tongban-${tier}`;
  const dataSource = await openDatabase(
    config,
    service,
    poolSize,
    [...caseworkHostTables, ...(options.tables ?? [])],
    logger,
  );
  const transactor = transactorOf(dataSource);
  const sealer = new Sealer(hosted.directory, hosted.keystore);
  const catalogue = await openCatalogue({
    // The gateway reports under the city's catalogue and has none of its own.
    nodes: tier === 'province' ? [config.city] : hosted.nodes,
    transactor,
    keystore: hosted.keystore,
    directory: hosted.directory,
    clock,
    log,
    natsUrl: config.natsUrl,
    consumer: config.catalogueConsumer,
    caseUsage: { countRunning: (node, code) => transactor.run((sql) => countRunningCases(sql, node, code)) },
  });
  const store = new BlobStore(config.blobDir);
  await store.prepare();
  const couriers = makeCouriers(options, blobService(store));
  const parent = couriers.childEnd === undefined ? undefined : blobClient(couriers.childEnd.client);
  const attachments = new Attachments(store, clock, parent?.read);
  const secrets = nodeSecretsOf(hosted.keystore);
  const items = itemSourceOf(catalogue.view);
  const calendar = workingCalendar();
  const bindings = bindingsOf([caseBinding({ calendar, items, attachments, secrets }), mandateBinding()]);
  const host = await openFederation({ ...options, couriers, bindings, sealer, transactor });
  const transfers =
    parent === undefined
      ? undefined
      : new BlobTransfers({ store, parent, transactor, clock, chance: Math.random, log });
  watchLinks(options.metrics, transactor);
  return {
    dataSource,
    transactor,
    sealer,
    catalogue,
    divisions: hosted.divisions,
    federation: host,
    casework: { commands: host.commands, transactor, items, attachments, secrets, sealer, clock, calendar },
    links: {
      transactor,
      clock,
      sentOf: (node, peer) => host.relay.sentOf(node, peer),
      heardOf: (node, peer) => host.heardOf(node, peer),
      courierOf: (peer) => host.route.courierFor(peer)?.name,
    },
    async start() {
      await host.start();
      catalogue.start();
      transfers?.start();
    },
    async stop() {
      await transfers?.stop();
      await catalogue.stop();
      await host.stop();
      await dataSource.destroy();
    },
  };
}

/** Pseudonyms under the node's own private key: nobody else can compute or check them. */
const nodeSecretsOf = (keystore: Keystore): NodeSecrets => ({
  hmac: (node, purpose, text) =>
    createHmac('sm3', Buffer.from(keystore.get(node).sealing, 'base64url'))
      .update(`${purpose}\0${text}`)
      .digest('hex'),
});

/** Read when asked: what waits on all links of the host, and for how long. */
function watchLinks(metrics: Metrics, transactor: Transactor): void {
  const gauge = (name: string, help: string, read: (totals: Awaited<ReturnType<typeof readLinkTotals>>) => number) =>
    new Gauge({
      name,
      help,
      registers: [metrics.registry],
      async collect() {
        this.set(read(await transactor.run(readLinkTotals)));
      },
    });
  gauge('tongban_link_unacknowledged', 'Link messages without a receipt.', ({ waiting }) => waiting);
  gauge('tongban_link_oldest_unacknowledged_seconds', 'Age of the oldest link message without a receipt.', (totals) =>
    totals.oldestUnackedAt === null ? 0 : (clock.now() - totals.oldestUnackedAt.getTime()) / 1000,
  );
  gauge('tongban_link_quarantined', 'Link messages that wait for an operator.', ({ quarantined }) => quarantined);
}
