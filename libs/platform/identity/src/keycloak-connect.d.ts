// The package types only its middleware, which is not used here.
declare module 'keycloak-connect/middleware/auth-utils/config.js' {
  export default class KeycloakConfig {
    constructor(config: {
      realm: string;
      resource: string;
      'auth-server-url': string;
      'bearer-only': boolean;
      'verify-token-audience': boolean;
    });
  }
}

declare module 'keycloak-connect/middleware/auth-utils/grant-manager.js' {
  import type { KeyObject } from 'node:crypto';
  import type KeycloakConfig from 'keycloak-connect/middleware/auth-utils/config.js';

  export default class GrantManager {
    constructor(config: KeycloakConfig);
    /** The issuer that tokens must name. */
    realmUrl: string;
    rotation: { getJWK(kid: string): Promise<KeyObject | string> };
    /** Rejects with an Error when signature, issuer, audience, kind or expiry is wrong. */
    createGrant(data: { access_token: string }): Promise<unknown>;
  }
}
