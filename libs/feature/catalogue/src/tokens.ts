/** What the catalogue offers to the other providers of a process; values of the types named. */
export const catalogueTokens = {
  /** CatalogueView */
  view: Symbol('catalogue.view'),
  /** PublishCatalogue */
  publish: Symbol('catalogue.publish'),
  /** CatalogueStream */
  stream: Symbol('catalogue.stream'),
  /** Clock */
  clock: Symbol('catalogue.clock'),
} as const;
