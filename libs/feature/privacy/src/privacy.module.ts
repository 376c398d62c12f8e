import type { Provider, Type } from '@nestjs/common';
import { PRIVACY, PrivacyController } from './http/privacy.controller.js';
import type { PrivacyTools } from './ports.js';

export const privacyModule = (
  tools: PrivacyTools,
): { readonly controllers: Type<unknown>[]; readonly providers: Provider[] } => ({
  controllers: [PrivacyController],
  providers: [{ provide: PRIVACY, useValue: tools }],
});
