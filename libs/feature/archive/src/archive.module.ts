import type { Provider, Type } from '@nestjs/common';
import { ArchiveController } from './http/archive.controller.js';
import type { ArchiveTools } from './ports.js';
import { ARCHIVE } from './tokens.js';

export const archiveModule = (
  tools: ArchiveTools,
): { readonly controllers: Type<unknown>[]; readonly providers: Provider[] } => ({
  controllers: [ArchiveController],
  providers: [{ provide: ARCHIVE, useValue: tools }],
});
