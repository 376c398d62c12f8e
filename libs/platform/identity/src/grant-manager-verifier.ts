import { ok, refuse, type Clock, type Result } from '@tongban/kernel';
import KeycloakConfig from 'keycloak-connect/middleware/auth-utils/config.js';
import GrantManager from 'keycloak-connect/middleware/auth-utils/grant-manager.js';
import { fetchKeys } from './fetch-keys.js';
import type { KeyStore } from './key-store.js';
import { KnownTokens } from './known-tokens.js';
import { keyLimits, maxTokenBytes, type KeyLimits } from './limits.js';
import type { Person, TokenVerifier } from './person.js';
import { SigningKeys, type KeyProblem, type KeyStatus } from './signing-keys.js';
import { holdsFrom, holdsUntil, personOf, readToken, type TokenRules } from './token.js';

export interface GrantManagerVerifierOptions extends TokenRules {
  /** Where the keys are, which may be an inner address: `http://…/realms/<realm>/protocol/openid-connect/certs`. */
  readonly keysUrl: string;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly report?: (problem: KeyProblem) => void;
  readonly limits?: Partial<KeyLimits>;
}

/**
 * Checks access tokens with keycloak-connect's GrantManager. Its gaps (no limit on size, `exp` optional, `nbf` and
 * `iat` ignored, keys fetched without time-out, limit or guard) are closed before it sees a token: the token is read
 * and judged first, and its key rotation is replaced by ours, which never does I/O inside the GrantManager.
 */
export class GrantManagerVerifier implements TokenVerifier {
  readonly #keys: SigningKeys;
  readonly #manager: GrantManager;
  readonly #known = new KnownTokens();

  constructor(private readonly options: GrantManagerVerifierOptions) {
    const limits = { ...keyLimits, ...options.limits };
    this.#keys = new SigningKeys({
      fetchText: () => fetchKeys(options.keysUrl, limits),
      store: options.store,
      clock: options.clock,
      limits,
      report: options.report ?? (() => undefined),
    });
    this.#manager = this.#createManager();
  }

  #createManager(): GrantManager {
    const manager = new GrantManager(
      new KeycloakConfig({
        realm: '',
        resource: this.options.audience,
        'auth-server-url': '',
        'bearer-only': true,
        'verify-token-audience': true,
      }),
    );
    // The library derives the issuer from the server's address; ours is given, since the two differ behind a proxy.
    manager.realmUrl = this.options.issuer;
    manager.rotation = {
      getJWK: async (kid) => {
        const key = this.#keys.get(kid);
        if (key === undefined) throw new Error('unknown key');
        return key;
      },
    };
    return manager;
  }

  async verify(bearer: string): Promise<Result<Person>> {
    const known = bearer.length > maxTokenBytes ? undefined : this.#known.find(bearer, this.options.clock.now());
    if (known !== undefined) {
      const key = await this.#keys.find(known.kid);
      // A key that was fetched anew vouches only for what it has been tried on.
      if (key.ok && key.value === known.key) return ok(known.person);
    }
    return this.#verifyNew(bearer);
  }

  async #verifyNew(bearer: string): Promise<Result<Person>> {
    const read = readToken(bearer, this.options, this.options.clock.now());
    if (!read.ok) return read;
    const key = await this.#keys.find(read.value.kid);
    if (!key.ok) return key;
    const genuine = await this.#check(bearer);
    if (!genuine.ok) return genuine;
    const { claims, kid } = read.value;
    const person = personOf(claims);
    // The key may have been replaced while the signature was checked; then nobody knows with which one it was.
    if (person.ok && this.#keys.get(kid) === key.value) {
      const times = { from: holdsFrom(claims), until: holdsUntil(claims) };
      this.#known.keep(bearer, { person: person.value, kid, key: key.value, ...times });
    }
    return person;
  }

  async #check(bearer: string): Promise<Result<undefined>> {
    try {
      await this.#manager.createGrant({ access_token: bearer });
      return ok(undefined);
    } catch {
      // The library's texts are for its developers; which check failed is of no use to a caller.
      return refuse('identity.invalid', '登录凭证未通过签名校验');
    }
  }

  /** Loads stored keys and fetches fresh ones at start, so that the first request does not wait. */
  warmUp(): Promise<void> {
    return this.#keys.warmUp();
  }

  /** Whether the provider can be asked now: while it can, nobody needs to log in without it. */
  isReachable(): Promise<boolean> {
    return this.#keys.isReachable();
  }

  /** For health and metrics. */
  keyStatus(): KeyStatus {
    return this.#keys.status();
  }
}
