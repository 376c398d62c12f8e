import Keycloak from 'keycloak-js';
import { personOf, type Person } from './person.js';
import { isProviderReachable } from './provider.js';
import type { Settings } from './settings.js';

/** A token is renewed when it has less than this left, so that none runs out on its way. */
const renewBeforeSeconds = 30;

export interface Login {
  readonly person: Person;
  /** Milliseconds since 1970: until when a login serves that was made without the identity provider. */
  readonly offlineUntil?: number;
  /** A valid token; sends the person to the login page when the session is over. */
  token(): Promise<string | undefined>;
  logOut(): Promise<void>;
}

/**
 * Logs in by authorisation code with PKCE (RFC 7636); the browser leaves for the login page when that is needed.
 *
 * @param home path at which the browser stands after logging out
 */
export async function logIn(settings: Settings, home = '/console/'): Promise<Login> {
  const { identity } = settings;
  const keycloak = new Keycloak({ url: identity.url, realm: identity.realm, clientId: identity.client });
  // Without the session iframe: browsers block third-party cookies, and a token ends by itself.
  await keycloak.init({ onLoad: 'login-required', pkceMethod: 'S256', checkLoginIframe: false });
  return {
    person: personOf(keycloak.tokenParsed ?? {}),
    async token() {
      try {
        await keycloak.updateToken(renewBeforeSeconds);
      } catch {
        // Gone offline is not logged out: the token that is left may still do.
        if (keycloak.isTokenExpired() && (await isProviderReachable(settings))) await keycloak.login();
      }
      return keycloak.token;
    },
    logOut: () => keycloak.logout({ redirectUri: `${location.origin}${home}` }),
  };
}
