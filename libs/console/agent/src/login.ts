import { personOf, type Person, type Settings } from '@tongban/console/session';
import Keycloak from 'keycloak-js';

/** A token is renewed when it has less than this left, so that none runs out on its way. */
const renewBeforeSeconds = 30;

export interface Tokens {
  readonly token: string;
  readonly refreshToken: string;
  readonly idToken?: string;
}

/** Login by authorisation code with PKCE, which the agent begins; the app works without one, too. */
export class AgentLogin {
  private readonly keycloak: Keycloak;
  private save: ((tokens: Tokens | undefined) => void) | undefined;

  constructor({ identity }: Settings) {
    this.keycloak = new Keycloak({ url: identity.url, realm: identity.realm, clientId: identity.client });
    const changed = (): void => this.save?.(this.tokens);
    this.keycloak.onAuthSuccess = changed;
    this.keycloak.onAuthRefreshSuccess = changed;
  }

  /** Takes what the login page sent back, where the browser comes from there. False when the login did not succeed. */
  async begin(tokens?: Tokens): Promise<boolean> {
    const options = { pkceMethod: 'S256', checkLoginIframe: false } as const;
    try {
      await this.keycloak.init(tokens === undefined ? options : { ...options, ...tokens });
    } catch {
      // Out of reach, or over: asked again when a token is needed.
    }
    return this.keycloak.authenticated === true;
  }

  /** Has the tokens kept, from now on, wherever the person's own things are. */
  keepWith(save: (tokens: Tokens | undefined) => void): void {
    this.save = save;
    if (this.tokens !== undefined) save(this.tokens);
  }

  private get tokens(): Tokens | undefined {
    const { token, refreshToken, idToken } = this.keycloak;
    if (token === undefined || refreshToken === undefined) return undefined;
    return { token, refreshToken, ...(idToken === undefined ? {} : { idToken }) };
  }

  get person(): Person | undefined {
    const { tokenParsed } = this.keycloak;
    return tokenParsed === undefined ? undefined : personOf(tokenParsed);
  }

  /** A token that is still valid; undefined when the person has to log in again, or nobody can say so now. */
  async token(): Promise<string | undefined> {
    if (this.keycloak.refreshToken === undefined) return undefined;
    try {
      await this.keycloak.updateToken(renewBeforeSeconds);
    } catch {
      return this.keycloak.isTokenExpired() ? undefined : this.keycloak.token;
    }
    return this.keycloak.token;
  }

  /** Leaves for the login page. */
  logIn(): Promise<void> {
    return this.keycloak.login({ redirectUri: appAddress() });
  }

  logOut(): Promise<void> {
    return this.keycloak.logout({ redirectUri: appAddress() });
  }
}

const appAddress = (): string => `${location.origin}/console/agent/`;

/** Whether this page was opened by the login page's answer. */
export const comesFromLogin = (): boolean =>
  /[#&]state=/.test(location.hash) && /[#&](code|error)=/.test(location.hash);
