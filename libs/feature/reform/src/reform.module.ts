import type { Provider, Type } from '@nestjs/common';
import { ReformController } from './http/reform.controller.js';
import type { ReformOptions } from './ports.js';
import { reformTokens } from './tokens.js';
import { PublishRound } from './usecase/publish-round.js';
import { ReformRounds } from './usecase/rounds.js';

/** What a process puts into its Nest module to prepare and publish rounds of reform. */
export function reformModule(options: ReformOptions): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  return {
    controllers: [ReformController],
    providers: [
      { provide: reformTokens.rounds, useValue: new ReformRounds(options) },
      { provide: reformTokens.publish, useValue: new PublishRound(options) },
      { provide: reformTokens.clock, useValue: options.clock },
    ],
  };
}
