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
  /** There once it was begun: the first screen does not wait for what the village tells of the identity provider. */
  private keycloak: Keycloak | undefined;
  private save: ((tokens: Tokens | undefined) => void) | undefined;

  constructor(private readonly settings: () => Promise<Settings>) {}

  /**
   * Takes what the login page sent back, where the browser comes from there. False when the login did not succeed.
   *
   * @throws when the app has never been opened here and the village is out of reach
   */
  async begin(tokens?: Tokens): Promise<boolean> {
    // Once per page: an answer of the login page is good for one reading.
    if (this.keycloak !== undefined) return this.keycloak.authenticated === true;
    const options = { pkceMethod: 'S256', checkLoginIframe: false } as const;
    const { identity } = await this.settings();
    const keycloak = new Keycloak({ url: identity.url, realm: identity.realm, clientId: identity.client });
    const changed = (): void => this.save?.(this.tokens);
    keycloak.onAuthSuccess = changed;
    keycloak.onAuthRefreshSuccess = changed;
    this.keycloak = keycloak;
    try {
      await keycloak.init(tokens === undefined ? options : { ...options, ...tokens });
    } catch {
      // Out of reach, or over: asked again when a token is needed.
    }
    return keycloak.authenticated === true;
  }

  /** Has the tokens kept, from now on, wherever the person's own things are. */
  keepWith(save: (tokens: Tokens | undefined) => void): void {
    this.save = save;
    if (this.tokens !== undefined) save(this.tokens);
  }

  private get tokens(): Tokens | undefined {
    const { token, refreshToken, idToken } = this.keycloak ?? {};
    if (token === undefined || refreshToken === undefined) return undefined;
    return { token, refreshToken, ...(idToken === undefined ? {} : { idToken }) };
  }

  get person(): Person | undefined {
    const { tokenParsed } = this.keycloak ?? {};
    return tokenParsed === undefined ? undefined : personOf(tokenParsed);
  }

  /** A token that is still valid; undefined when the person has to log in again, or nobody can say so now. */
  async token(): Promise<string | undefined> {
    const { keycloak } = this;
    if (keycloak?.refreshToken === undefined) return undefined;
    try {
      await keycloak.updateToken(renewBeforeSeconds);
    } catch {
      return keycloak.isTokenExpired() ? undefined : keycloak.token;
    }
    return keycloak.token;
  }

  /** Leaves for the login page. To be called when it was begun. */
  async logIn(): Promise<void> {
    await this.keycloak?.login({ redirectUri: appAddress() });
  }

  async logOut(): Promise<void> {
    await this.keycloak?.logout({ redirectUri: appAddress() });
  }
}

const appAddress = (): string => `${location.origin}/console/agent/`;

/** Whether this page was opened by the login page's answer. */
export const comesFromLogin = (): boolean =>
  /[#&]state=/.test(location.hash) && /[#&](code|error)=/.test(location.hash);
