/** What the catalogue offers to the other providers of a process; values of the types named. */
export const catalogueTokens = {
  /** CatalogueView */
  view: Symbol('catalogue.view'),
  /** PublishCatalogue */
  publish: Symbol('catalogue.publish'),
  /** ProposeCatalogue */
  propose: Symbol('catalogue.propose'),
  /** ItemDrafts */
  drafts: Symbol('catalogue.drafts'),
  /** WithdrawRecord */
  withdraw: Symbol('catalogue.withdraw'),
  /** RevokeDelegation */
  revoke: Symbol('catalogue.revoke'),
  /** WriteTools */
  tools: Symbol('catalogue.tools'),
  /** CatalogueStream */
  stream: Symbol('catalogue.stream'),
  /** Standings */
  standings: Symbol('catalogue.standings'),
  /** Places: what the matrix has as its columns */
  places: Symbol('catalogue.places'),
  /** Clock */
  clock: Symbol('catalogue.clock'),
} as const;
