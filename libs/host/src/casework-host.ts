import { localDate, workingCalendar } from '@tongban/domain/calendar';
import type { DivisionTree } from '@tongban/domain/division';
import {
  caseBinding,
  countRunningCases,
  caseworkInsertOnlyTables,
  caseworkMigrations,
  caseworkTables,
  DutyRounds,
  mandateBinding,
  PaymentRounds,
  SandboxPayments,
  type CaseworkTools,
  type NodeSecrets,
} from '@tongban/feature/casework';
import {
  catalogueInsertOnlyTables,
  catalogueMigrations,
  catalogueTables,
  openCatalogue,
  type Catalogue,
  type StandingTree,
  type Place,
} from '@tongban/feature/catalogue';
import { auditInsertOnlyTables, AuditLog, auditMigrations, auditTables } from '@tongban/feature/audit';
import {
  jointBinding,
  jointInsertOnlyTables,
  jointMigrations,
  JointRounds,
  jointTables,
  type JointTools,
} from '@tongban/feature/joint';
import {
  feedbackBinding,
  feedbackInsertOnlyTables,
  feedbackMigrations,
  feedbackTables,
  FollowUps,
  withRatingsNoted,
  type FeedbackTools,
} from '@tongban/feature/feedback';
import { hallInsertOnlyTables, hallMigrations, hallTables } from '@tongban/feature/hall';
import { offlineMigrations, offlineTables } from '@tongban/feature/offline';
import { intakeBinding, intakeMigrations, IntakeRounds, intakeTables } from '@tongban/feature/exchange';
import { privacyBinding, privacyMigrations, privacyTables, type PrivacyTools } from '@tongban/feature/privacy';
import { PublicFiles } from '@tongban/feature/guide';
import { reformInsertOnlyTables, reformMigrations } from '@tongban/feature/reform';
import { LinkReports, readLinkTotals, type LinkTools } from '@tongban/feature/links';
import type { ReconciliationTools } from '@tongban/feature/reconciliation';
import { bindingsOf, type Host, type Transactor } from '@tongban/federation/nest';
import { blobCallLimits, blobClient, blobService } from '@tongban/federation/transport';
import { Sealer, type Keystore } from '@tongban/journal';
import { parentOf, prefixOf, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import {
  Attachments,
  blobInsertOnlyTables,
  blobMigrations,
  BlobStore,
  blobTables,
  BlobTransfers,
} from '@tongban/platform/blob';
import { hubAccess, TlsIdentity } from '@tongban/platform/pki';
import { reading } from '@tongban/platform/database';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';
import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { HostConfig } from './config.js';
import { archiveInsertOnlyTables, archiveMigrations, type ArchiveTools } from '@tongban/feature/archive';
import { documentInsertOnlyTables, documentMigrations, type DocumentTools } from '@tongban/feature/documents';
import { archiveToolsOf, documentToolsOf, placeName } from './documents.js';
import { openDatabase, transactorOf, type Tables } from './database.js';
import { fileJudge, logTo, makeCouriers, openFederation, peerGuardOf } from './federation.js';
import { feedbackToolsOf } from './feedback.js';
import { ClockWatch } from './clocks/clock-watch.js';
import { filesForBelow } from './files-for-below.js';
import { identityTables } from './identity.js';
import { itemSourceOf } from './items.js';
import { intakeToolsOf } from './intake.js';
import { jointToolsOf } from './joint.js';
import { KeyFiles } from './key-files.js';
import type { HostedNodes } from './nodes.js';
import { paced } from './paced.js';
import { findPrivacyCase, privacyToolsOf } from './privacy.js';
import { Reconciliation } from './reconciliation.js';
import { blobAccess } from './strangers/blob-access.js';
import { HubLog } from './strangers/hub-log.js';
import { Strangers } from './strangers/strangers.js';
import { strangerTables } from './strangers/tables.js';

const poolSize = 16;
/** Between two looks of those that wait for entries; they find their work in the database without being told, too. */
const entriesPauseMs = 250;
const clock = { now: (): number => Date.now() };

/** What every process with nodes keeps. */
export const caseworkHostTables: readonly Tables[] = [
  identityTables,
  { migrations: caseworkMigrations, readWrite: caseworkTables, insertOnly: caseworkInsertOnlyTables },
  { migrations: catalogueMigrations, readWrite: catalogueTables, insertOnly: catalogueInsertOnlyTables },
  { migrations: jointMigrations, readWrite: jointTables, insertOnly: jointInsertOnlyTables },
  { migrations: reformMigrations, readWrite: [], insertOnly: reformInsertOnlyTables },
  { migrations: hallMigrations, readWrite: hallTables, insertOnly: hallInsertOnlyTables },
  { migrations: feedbackMigrations, readWrite: feedbackTables, insertOnly: feedbackInsertOnlyTables },
  { migrations: auditMigrations, readWrite: auditTables, insertOnly: auditInsertOnlyTables },
  { migrations: documentMigrations, readWrite: [], insertOnly: documentInsertOnlyTables },
  { migrations: archiveMigrations, readWrite: [], insertOnly: archiveInsertOnlyTables },
  { migrations: offlineMigrations, readWrite: offlineTables, insertOnly: [] },
  { migrations: privacyMigrations, readWrite: privacyTables, insertOnly: [] },
  { migrations: intakeMigrations, readWrite: intakeTables, insertOnly: [] },
  strangerTables,
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
  readonly audit: AuditLog;
  readonly transactor: Transactor;
  readonly sealer: Sealer;
  readonly keystore: Keystore;
  readonly casework: CaseworkTools;
  readonly attachments: Attachments;
  readonly catalogue: Catalogue;
  readonly divisions: DivisionTree;
  /** Blank forms and samples of items, for anybody. */
  readonly publicFiles: PublicFiles;
  readonly documents: DocumentTools;
  readonly joint: JointTools;
  readonly feedback: FeedbackTools;
  readonly archive: ArchiveTools;
  readonly privacy: PrivacyTools;
  readonly links: LinkTools;
  readonly reconciliation: ReconciliationTools;
  readonly federation: Host;
  /** Called after entries of other nodes were applied. */
  onEntries(listener: () => void): void;
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
  const federated: { host?: Host } = {};
  const store = new BlobStore(config.blobDir);
  await store.prepare();
  const tls = await TlsIdentity.open(
    { identity: config.tlsIdentity, authority: config.tlsAuthority, revocations: config.tlsRevocations },
    log,
  );
  const isRevoked = (serial: string): boolean => tls.isRevoked(serial);
  const security = config.hubTls === 'off' ? config.hubTls : { authority: config.tlsAuthority, isRevoked };
  const hub = hubAccess(config.natsCredentials, security);
  const catalogue = await openCatalogue({
    // The gateway reports under the city's catalogue; of its own it has the province's base catalogue.
    nodes: tier === 'province' ? [...hosted.nodes, config.city] : hosted.nodes,
    transactor,
    keystore: hosted.keystore,
    directory: hosted.directory,
    clock,
    log,
    natsUrl: config.natsUrl,
    hubAccess: hub,
    consumer: config.catalogueConsumer,
    standing: {
      tree: standingTreeOf(hosted.divisions),
      // Asked only after the federation has been opened.
      send: (node, topic, content) => federated.host?.report(node, topic, content) ?? Promise.resolve(),
    },
    places: (node) => placesWithin(hosted.divisions, node),
    caseUsage: { countRunning: (node, code) => transactor.run((sql) => countRunningCases(sql, node, code)) },
    files: { isHeld: async (digest) => (await store.stat(digest)).complete },
  });
  const audit = new AuditLog({ transactor, clock, log });
  const strangers = new Strangers({
    ...{ audit, transactor, metrics: options.metrics, logger, clock, node: hosted.nodes[0]! },
  });
  const hubLog =
    config.hubLog === undefined
      ? undefined
      : new HubLog(config.hubLog, { transactor, log, refused: (what) => strangers.hubLogged(what) });
  const reconciliation = new Reconciliation(hosted, logger);
  const held: { attachments?: Attachments } = {};
  const files = filesForBelow(store, async (digest) => held.attachments?.fetch(digest));
  const guard = peerGuardOf(tls, strangers.peerRefused);
  const isPublic = (digest: string): boolean => catalogue.view.fileDigests().has(digest);
  const judge = fileJudge(guard, blobAccess({ transactor, nodes: hosted.nodes, isPublic }));
  const calls = { ...blobService(files, log, blobCallLimits, judge), ...reconciliation.calls };
  const couriers = makeCouriers({ ...options, hub, strangers }, calls, guard);
  const parent = couriers.childEnd === undefined ? undefined : blobClient(couriers.childEnd.client);
  const attachments = (held.attachments = new Attachments(store, clock, parent?.read));
  const secrets = nodeSecretsOf(hosted.keystore);
  const items = itemSourceOf(catalogue.view);
  const calendar = workingCalendar(config.calendar);
  const parameters = { defaultRatingWorkingDays: config.defaultRatingWorkingDays };
  const bindings = bindingsOf([
    withRatingsNoted(caseBinding({ calendar, items, attachments, secrets, parameters })),
    mandateBinding(),
    jointBinding({ attachments }),
    feedbackBinding({ calendar, terms: config.feedbackTerms }),
    privacyBinding({ find: findPrivacyCase }),
    intakeBinding(),
  ]);
  const publicFiles = new PublicFiles({
    ...{ store, log, wanted: () => catalogue.view.fileDigests() },
    ...(parent === undefined ? {} : { fromParent: parent.read }),
  });
  const transfers =
    parent === undefined
      ? undefined
      : new BlobTransfers({ store, parent, transactor, clock, chance: Math.random, log });
  const clocks = new ClockWatch({
    ...{ clock, audit, logger, metrics: options.metrics, node: hosted.nodes[0]! },
    hub: () => couriers.hub.compareClock(clock),
    parent: () => federated.host?.askParentClock() ?? Promise.resolve(),
  });
  const linkReports = new LinkReports({
    ...{ nodes: hosted.nodes, transactor, clock, log, tree: standingTreeOf(hosted.divisions) },
    send: (node, topic, content) => federated.host?.report(node, topic, content) ?? Promise.resolve(),
  });
  const listeners: (() => void)[] = [];
  const entriesCame = paced(() => listeners.forEach((listener) => listener()), entriesPauseMs);
  const host = await openFederation({
    ...{ ...options, couriers, bindings, sealer, transactor, strangers },
    reported: (report) => {
      linkReports.take(report);
      catalogue.standings.take(report);
    },
    applied: ({ entries }) => entries > 0 && entriesCame(),
    couriersChanged: () => {
      const above = hosted.nodes.map((node) => parentOf(node));
      if (above.some((node) => node !== undefined && couriers.childEnd?.reaches(node) === true))
        transfers?.parentReturned();
    },
    compareAsked: reconciliation.asked,
    parentClock: (reading) => clocks.take('parent', reading),
  });
  federated.host = host;
  const keyFiles = new KeyFiles(config, {
    ...{ nodes: hosted.nodes, keystore: hosted.keystore, directory: hosted.directory, log },
    changed: () => void host.keysChanged(),
  });
  const sandbox =
    config.paymentProvider === 'sandbox'
      ? new SandboxPayments(Buffer.from(secrets.hmac(hosted.nodes[0]!, 'sandbox payments', '')), clock, transactor)
      : undefined;
  const payments =
    sandbox === undefined ? undefined : new PaymentRounds({ commands: host.commands, transactor, clock, log }, sandbox);
  const casework = { commands: host.commands, transactor, clock, calendar, items, sealer };
  const duties = new DutyRounds({ ...casework, parameters, log });
  const caseTools: CaseworkTools = {
    commands: host.commands,
    transactor,
    reader: reading(dataSource),
    items,
    attachments,
    secrets,
    sealer,
    clock,
    calendar,
    placeName: (node) => placeName(hosted.divisions, node, localDate(clock.now())),
    ...(sandbox === undefined ? {} : { payments: sandbox, sandbox }),
  };
  const printing = { casework: caseTools, catalogue, hosted, publicUrl: publicUrlOf(config) };
  const documents = documentToolsOf(printing);
  const joint = jointToolsOf(caseTools);
  const jointRounds = new JointRounds(joint, hosted.nodes, log);
  const feedback = feedbackToolsOf(caseTools);
  const followUps = new FollowUps(feedback, hosted.nodes, log);
  const intake = new IntakeRounds(intakeToolsOf(caseTools, attachments, log), hosted.nodes);
  listeners.push(followUps.wake, intake.wake);
  watchLinks(options.metrics, transactor);
  return {
    dataSource,
    audit,
    transactor,
    sealer,
    keystore: hosted.keystore,
    catalogue,
    divisions: hosted.divisions,
    publicFiles,
    federation: host,
    onEntries: (listener) => listeners.push(listener),
    casework: caseTools,
    attachments,
    documents,
    joint,
    feedback,
    archive: archiveToolsOf(printing, documents),
    privacy: privacyToolsOf(caseTools),
    reconciliation: reconciliation.open(host, couriers, transactor, options.metrics),
    links: {
      transactor,
      clock,
      sentOf: (node, peer) => host.relay.sentOf(node, peer),
      heardOf: (node, peer) => host.heardOf(node, peer),
      mapOf: (node) => linkReports.of(node),
      courierOf: (peer) => host.route.courierFor(peer)?.name,
      clocks: () => clocks.shown(),
    },
    async start() {
      await host.start();
      clocks.start();
      keyFiles.start();
      hubLog?.start();
      await reconciliation.start();
      catalogue.start();
      linkReports.start();
      transfers?.start();
      publicFiles.start();
      payments?.start();
      jointRounds.start();
      followUps.start();
      duties.start();
      intake.start();
    },
    async stop() {
      await intake.stop();
      await duties.stop();
      await followUps.stop();
      await jointRounds.stop();
      await payments?.stop();
      await publicFiles.stop();
      await transfers?.stop();
      await linkReports.stop();
      await catalogue.stop();
      await reconciliation.stop();
      await hubLog?.stop();
      await keyFiles.stop();
      await clocks.stop();
      await host.stop();
      await audit.stop();
      tls.close();
      await dataSource.destroy();
    },
  };
}

/** The city's tree as its divisions file has it; the gateway's node stands outside. */
const standingTreeOf = (divisions: DivisionTree): StandingTree => ({
  childrenOf: (node) => divisions.children(node).map(({ code }) => code),
  sizeOf: (node) => Math.max(1, divisions.within(divisions.find(node) === undefined ? [] : subtreeOf(node)).length),
});

const placesWithin = (divisions: DivisionTree, node: NodeCode): readonly Place[] =>
  divisions.find(node) === undefined ? [] : divisions.within(subtreeOf(node));

/** Patterns of a node and all below it. */
const subtreeOf = (node: NodeCode): string[] => (tierOf(node) === 'village' ? [node] : [`${prefixOf(node)}*`]);

const publicUrlOf = ({ publicUrl, httpListen }: HostConfig): string =>
  (publicUrl ?? `http://${httpListen.text}`).replace(/\/+$/, '');

/** Pseudonyms under the node's own first private key: nobody else can compute them, and a renewed key changes none. */
const nodeSecretsOf = (keystore: Keystore): NodeSecrets => ({
  hmac: (node, purpose, text) =>
    createHmac('sm3', Buffer.from(keystore.getFirst(node).sealing, 'base64url'))
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
