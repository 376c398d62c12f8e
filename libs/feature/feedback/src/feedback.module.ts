import type { Provider, Type } from '@nestjs/common';
import { FeedbackActController } from './http/act.controller.js';
import { FeedbackController } from './http/feedback.controller.js';
import { FEEDBACK, type FeedbackTools } from './ports.js';

/** What a process puts into its Nest module to take in and handle feedback. */
export function feedbackModule(tools: FeedbackTools): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  return {
    controllers: [FeedbackController, FeedbackActController],
    providers: [{ provide: FEEDBACK, useValue: tools }],
  };
}
