import type { Provider, Type } from '@nestjs/common';
import type { KeyDirectory, Keystore } from '@tongban/journal';
import type { Clock, NodeCode } from '@tongban/kernel';
import { CatalogueView, type CatalogueLog } from './catalogue-view.js';
import { CatalogueController } from './http/catalogue.controller.js';
import { DelegationController } from './http/delegation.controller.js';
import { DraftController } from './http/draft.controller.js';
import { HistoryController } from './http/history.controller.js';
import { LayerController } from './http/layer.controller.js';
import { MatrixController } from './http/matrix.controller.js';
import { ProposalController } from './http/proposal.controller.js';
import type { CaseUsage, Places, PublicFileCheck } from './ports.js';
import type { PublishedRecord } from './record.js';
import type { Transactor } from './store/transactor.js';
import { StandingController } from './http/standing.controller.js';
import { Standings, type StandingsOptions } from './standing/standings.js';
import { CatalogueStream, type HubAccess } from './stream/catalogue-stream.js';
import { LogOnce } from './stream/log-once.js';
import { catalogueTokens } from './tokens.js';
import type { WriteTools } from './usecase/command.js';
import { ItemDrafts } from './usecase/item-drafts.js';
import { fillPeriods } from './usecase/keep-periods.js';
import { ProposeCatalogue } from './usecase/propose-catalogue.js';
import { PublishCatalogue } from './usecase/publish-catalogue.js';
import { RevokeDelegation } from './usecase/revoke-delegation.js';
import { WithdrawRecord } from './usecase/withdraw-record.js';

export interface CatalogueOptions {
  /** The nodes whose catalogue this host keeps; those of them with a private key here may publish. */
  readonly nodes: readonly NodeCode[];
  readonly transactor: Transactor;
  readonly keystore: Keystore;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly log: CatalogueLog;
  readonly natsUrl: string;
  readonly hubAccess?: HubAccess;
  /** Durable pull consumer of this host on the CATALOG stream. */
  readonly consumer: string;
  /** Called when new records have been applied and the view shows them. */
  readonly onApplied?: (records: readonly PublishedRecord[]) => void;
  /** Where this host's nodes stand in the tree, and how they tell their parents; without it every node stands alone. */
  readonly standing?: Pick<StandingsOptions, 'tree' | 'send'>;
  /** Divisions by their names; without it a node knows itself alone. */
  readonly places?: Places;
  /** Counts running cases. Without it nothing can be withdrawn unless by force: nobody could say that nothing runs. */
  readonly caseUsage?: CaseUsage;
  /** Blank forms and samples. Without it no version is published that names a new file: nobody could download it. */
  readonly files?: PublicFileCheck;
}

/** The catalogue of one process. */
export interface Catalogue {
  readonly view: CatalogueView;
  readonly publish: PublishCatalogue;
  readonly propose: ProposeCatalogue;
  readonly drafts: ItemDrafts;
  readonly withdraw: WithdrawRecord;
  readonly revoke: RevokeDelegation;
  readonly tools: WriteTools;
  readonly stream: CatalogueStream;
  readonly standings: Standings;
  readonly places: Places;
  readonly clock: Clock;
  /** Begins to send and receive; returns at once, the hub may come later. */
  start(): void;
  stop(): Promise<void>;
}

/** Finds what another process has written, and what a lost connection kept from the view. */
const refreshIntervalMs = 30_000;
const onlyItself: Places = (node) => [{ code: node, name: node }];
const alone = { tree: { childrenOf: () => [], sizeOf: () => 1 }, send: () => Promise.resolve() };

/** Opens the catalogue over a database that has been migrated; what it holds is in the view when this resolves. */
export async function openCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const { nodes, transactor, keystore, directory, clock, log, natsUrl, consumer, onApplied } = options;
  const { caseUsage, files } = options;
  await transactor.run(fillPeriods);
  const view = await CatalogueView.open(transactor, clock, log);
  const standings = await Standings.open({
    ...{ nodes, transactor, clock, log, heldBy: (node) => view.statesOf(node) },
    ...(options.standing ?? alone),
  });
  const refreshing = new LogOnce(log, 'refreshing the catalogue from the database');
  // The records are committed: that they are not shown yet must not look like a failure of the commit.
  const refresh = async (): Promise<void> => {
    const before = view.size;
    try {
      await view.refresh();
      refreshing.succeeded();
    } catch (error) {
      refreshing.failed(error);
    }
    if (view.size !== before) standings.changed();
  };
  const stream = new CatalogueStream({
    url: natsUrl,
    ...(options.hubAccess === undefined ? {} : { access: options.hubAccess }),
    name: `catalogue ${consumer}`,
    consumer,
    nodes,
    publishers: keystore.nodes().filter((node) => nodes.includes(node)),
    transactor,
    directory,
    clock,
    log,
    applied: async (records) => {
      await refresh();
      onApplied?.(records);
    },
  });
  const committed = async (): Promise<void> => {
    stream.notify();
    await refresh();
  };
  const standing = (node: NodeCode) => standings.of(node);
  const tools: WriteTools = { transactor, keystore, clock, committed, caseUsage, files, standing };
  let timer: NodeJS.Timeout | undefined;
  return {
    view,
    publish: new PublishCatalogue(tools),
    propose: new ProposeCatalogue(tools),
    drafts: new ItemDrafts(tools),
    withdraw: new WithdrawRecord(tools),
    revoke: new RevokeDelegation(tools),
    tools,
    stream,
    standings,
    places: options.places ?? onlyItself,
    clock,
    start: () => {
      timer ??= setInterval(() => void refresh(), refreshIntervalMs);
      stream.start();
      standings.start();
    },
    stop: async () => {
      clearInterval(timer);
      await standings.stop();
      await stream.stop();
    },
  };
}

/** What a process puts into its Nest module to serve the catalogue. */
export function catalogueModule(catalogue: Catalogue): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  const { view, publish, propose, drafts, withdraw, revoke, tools, stream, standings, places, clock } = catalogue;
  return {
    controllers: [
      CatalogueController,
      ProposalController,
      HistoryController,
      DraftController,
      DelegationController,
      LayerController,
      MatrixController,
      StandingController,
    ],
    providers: [
      { provide: catalogueTokens.view, useValue: view },
      { provide: catalogueTokens.publish, useValue: publish },
      { provide: catalogueTokens.propose, useValue: propose },
      { provide: catalogueTokens.drafts, useValue: drafts },
      { provide: catalogueTokens.withdraw, useValue: withdraw },
      { provide: catalogueTokens.revoke, useValue: revoke },
      { provide: catalogueTokens.tools, useValue: tools },
      { provide: catalogueTokens.stream, useValue: stream },
      { provide: catalogueTokens.standings, useValue: standings },
      { provide: catalogueTokens.places, useValue: places },
      { provide: catalogueTokens.clock, useValue: clock },
    ],
  };
}
