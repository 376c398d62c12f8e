import { Keycloak } from './keycloak.js';
import type { TestedProvider } from './provider.js';
import { StandIn } from './stand-in.js';

/** Everything the product relies on is asked of the real server and of its stand-in for development. */
export const providers = [
  { name: 'Keycloak', open: async (): Promise<TestedProvider> => new Keycloak() },
  { name: 'identity-dev', open: (): Promise<TestedProvider> => StandIn.open() },
] as const;
