import type { Provider, Type } from '@nestjs/common';
import { AgentsPageController } from './http/agents.controller.js';
import { GuideFilesController } from './http/files.controller.js';
import { GuideController } from './http/guide.controller.js';
import type { GuideOptions } from './ports.js';
import { PlaceIndex } from './search/place-index.js';
import { guideTokens } from './tokens.js';

/** What a process puts into its Nest module to serve the public guide. */
export function guideModule(options: GuideOptions): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  return {
    controllers: [GuideController, GuideFilesController, AgentsPageController],
    providers: [
      { provide: guideTokens.index, useValue: new PlaceIndex(options.catalogue) },
      { provide: guideTokens.options, useValue: options },
    ],
  };
}
