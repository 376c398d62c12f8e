export { catalogueModule, openCatalogue, type Catalogue, type CatalogueOptions } from './catalogue.module.js';
export { catalogueTokens } from './tokens.js';
export { CatalogueView, type CatalogueLog } from './catalogue-view.js';
export { type ItemHistory, type ItemLayers, type OfferedItem, type Offers } from './snapshot.js';
export { type OffersQuery } from './offers-query.js';
export { CatalogueStream, type CatalogueStreamCounts, type CatalogueStreamOptions } from './stream/catalogue-stream.js';
export { PublishCatalogue, type PublishInput } from './usecase/publish-catalogue.js';
export {
  ProposeCatalogue,
  type Proposed,
  type ProposeOutcome,
  type ProposalInput,
  type ProposalView,
} from './usecase/propose-catalogue.js';
export { type CataloguePart } from './usecase/decide-publication.js';
export { WithdrawRecord, type Withdrawal, type WithdrawInput } from './usecase/withdraw-record.js';
export { RevokeDelegation, type RevokeInput, type RevokedDelegation } from './usecase/revoke-delegation.js';
export { ItemDrafts, type DraftInput, type DraftView } from './usecase/item-drafts.js';
export { type RecordUses } from './usecase/uses.js';
export { type CommandInput, type WriteTools } from './usecase/command.js';
export { type CaseUsage, type Place, type Places, type PublicFileCheck, type RunningCases } from './ports.js';
export { type Publication } from './store/publication-store.js';
export { recordKinds, type PublishedRecord, type RecordId, type RecordKind } from './record.js';
export { catalogueInsertOnlyTables, catalogueMigrations, catalogueTables } from './store/migrations.js';
export { type Transactor } from './store/transactor.js';
export {
  Standings,
  standingsLimits,
  type ChildReport,
  type StandingsOptions,
  type StandingTree,
} from './standing/standings.js';
export { readPublished } from './usecase/read-published.js';
export { carriedRecords, takeCarried, type CarryTools } from './usecase/carry-records.js';
