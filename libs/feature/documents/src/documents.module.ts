import type { Provider, Type } from '@nestjs/common';
import { DocumentController } from './http/document.controller.js';
import { PublicController } from './http/public.controller.js';
import type { DocumentTools } from './ports.js';
import { DOCUMENTS } from './tokens.js';

/** What a process puts into its Nest module to print documents and to answer residents' questions. */
export const documentsModule = (
  tools: DocumentTools,
): { readonly controllers: Type<unknown>[]; readonly providers: Provider[] } => ({
  controllers: [DocumentController, PublicController],
  providers: [{ provide: DOCUMENTS, useValue: tools }],
});
