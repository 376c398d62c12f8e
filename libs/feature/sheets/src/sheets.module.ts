import type { Provider, Type } from '@nestjs/common';
import { SheetsController } from './http/sheets.controller.js';
import type { SheetOptions } from './ports.js';
import { sheetTokens } from './tokens.js';
import { ImportCatalogue } from './usecase/import-catalogue.js';

/** What a process puts into its Nest module to take catalogues in and give them out as files. */
export function sheetsModule({ catalogue, clock }: SheetOptions): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  return {
    controllers: [SheetsController],
    providers: [
      { provide: sheetTokens.catalogue, useValue: catalogue },
      { provide: sheetTokens.imports, useValue: new ImportCatalogue(catalogue) },
      { provide: sheetTokens.clock, useValue: clock },
    ],
  };
}
