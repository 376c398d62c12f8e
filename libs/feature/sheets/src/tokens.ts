export const sheetTokens = {
  /** SheetCatalogue */
  catalogue: Symbol('sheets.catalogue'),
  /** ImportCatalogue */
  imports: Symbol('sheets.imports'),
  /** Clock */
  clock: Symbol('sheets.clock'),
} as const;
