import type { KeyObject } from 'node:crypto';
import { ok, refuse, type Clock, type Instant, type Result } from '@tongban/kernel';
import { parseKeySet, savedKeySet, type KeySet } from './jwks.js';
import type { KeyStore } from './key-store.js';
import type { KeyLimits } from './limits.js';

/** Something an operator should see; tokens go on being checked with the keys at hand. */
export interface KeyProblem {
  readonly what: 'fetch' | 'load' | 'save';
  readonly reason: string;
}

export interface KeyStatus {
  readonly keys: number;
  readonly fetchedAt?: Instant;
  /** After this instant tokens are refused as `identity.unavailable` until keys can be fetched. */
  readonly usableUntil?: Instant;
}

export interface SigningKeysOptions {
  /** Fetches the key set's text; bounded in time and size by itself. */
  readonly fetchText: () => Promise<string>;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly limits: KeyLimits;
  readonly report: (problem: KeyProblem) => void;
}

const isError = (value: unknown): value is Error => typeof value === 'object' && value !== null && 'message' in value;

/** `fetch` hides what happened in `cause`. */
function reasonOf(error: unknown): string {
  if (!isError(error)) return 'unknown';
  return isError(error.cause) ? `${error.message}: ${error.cause.message}` : error.message;
}
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The provider's public keys: fetched once for all who wait, remembered, renewed, and given up after a bounded age. */
export class SigningKeys {
  #set: KeySet | undefined;
  #fetchedAt: Instant = 0;
  #restored = false;
  #restoring: Promise<void> | undefined;
  #restoreFailedAt: Instant | undefined;
  #fetching: Promise<void> | undefined;
  #fetchFailedAt: Instant | undefined;
  #askedForUnknownAt: Instant | undefined;

  constructor(private readonly options: SigningKeysOptions) {}

  /** The key at hand; undefined when unknown or when the set is too old to be trusted. */
  get(kid: string): KeyObject | undefined {
    return this.#ageMs() <= this.options.limits.maxKeyAgeHours * hourMs ? this.#set?.byId.get(kid) : undefined;
  }

  async find(kid: string): Promise<Result<KeyObject>> {
    await this.#restore();
    const known = this.get(kid);
    if (known !== undefined) {
      if (this.#isStale() && this.#hasRested(this.#fetchFailedAt)) void this.#refresh();
      return ok(known);
    }
    if (this.#fetching !== undefined || this.#mayFetchFor()) await this.#refresh();
    const found = this.get(kid);
    if (found !== undefined) return ok(found);
    // Without a fresh key set nobody can say that the key is wrong.
    return this.#fetchFailedAt === undefined && this.#isUsable()
      ? refuse('identity.invalid', '登录凭证的签名密钥不被认可')
      : refuse('identity.unavailable', '暂时无法取得身份认证服务的签名公钥');
  }

  /** Loads what is stored and fetches once; a provider that is away is reported, not thrown. */
  async warmUp(): Promise<void> {
    await this.#restore();
    if (this.#isStale() || !this.#isUsable()) await this.#refresh();
  }

  /**
   * Whether the provider answers, by an attempt no older than `minRefetchMs` while it does. Once it does not, nobody waits
   * for the next attempt, which goes on by itself.
   */
  async isReachable(): Promise<boolean> {
    const isKnownAway = this.#fetchFailedAt !== undefined;
    const triedAt = this.#fetchFailedAt ?? (this.#set === undefined ? undefined : this.#fetchedAt);
    if (this.#hasRested(triedAt)) {
      const attempt = this.#refresh();
      if (!isKnownAway) await attempt;
    }
    return this.#fetchFailedAt === undefined;
  }

  status(): KeyStatus {
    if (this.#set === undefined) return { keys: 0 };
    const usableUntil = this.#fetchedAt + this.options.limits.maxKeyAgeHours * hourMs;
    return { keys: this.#set.byId.size, fetchedAt: this.#fetchedAt, usableUntil };
  }

  #ageMs(): number {
    return this.#set === undefined ? Number.POSITIVE_INFINITY : this.options.clock.now() - this.#fetchedAt;
  }

  #isUsable(): boolean {
    return this.#ageMs() <= this.options.limits.maxKeyAgeHours * hourMs;
  }

  #isStale(): boolean {
    return this.#ageMs() >= this.options.limits.refreshAfterMinutes * minuteMs;
  }

  /** A clock that was set back must not block fetching, hence the lower bound. */
  #hasRested(since: Instant | undefined): boolean {
    if (since === undefined) return true;
    const elapsedMs = this.options.clock.now() - since;
    return elapsedMs < 0 || elapsedMs >= this.options.limits.minRefetchMs;
  }

  /**
   * Unknown key ids have a budget of their own, apart from ordinary fetches: a key that was rotated a second after such
   * a fetch is found at once, and a flood of invented ids costs one fetch per interval.
   */
  #mayFetchFor(): boolean {
    if (!this.#hasRested(this.#fetchFailedAt)) return false;
    if (!this.#isUsable()) return true;
    if (!this.#hasRested(this.#askedForUnknownAt)) return false;
    this.#askedForUnknownAt = this.options.clock.now();
    return true;
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { clock, fetchText, report } = this.options;
    try {
      const set = parseKeySet(await fetchText());
      this.#set = set;
      this.#fetchedAt = clock.now();
      this.#fetchFailedAt = undefined;
      // Fresh keys make the stored ones pointless; a store that hangs must not be asked again.
      this.#restored = true;
      void this.#save(savedKeySet(set, this.#fetchedAt));
    } catch (error) {
      this.#fetchFailedAt = clock.now();
      report({ what: 'fetch', reason: reasonOf(error) });
    }
  }

  async #save(text: string): Promise<void> {
    try {
      await this.#inTime(this.options.store.save(text));
    } catch (error) {
      this.options.report({ what: 'save', reason: reasonOf(error) });
    }
  }

  #restore(): Promise<void> {
    if (this.#restored || !this.#hasRested(this.#restoreFailedAt)) return Promise.resolve();
    this.#restoring ??= this.#load().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #load(): Promise<void> {
    const { clock, report, store } = this.options;
    try {
      const text = await this.#inTime(store.load());
      this.#restored = true;
      if (text === undefined || this.#set !== undefined) return;
      const set = parseKeySet(text);
      // A set that claims to come from the future must not outlive its bound.
      this.#fetchedAt = Math.min(set.fetchedAt ?? 0, clock.now());
      this.#set = set;
    } catch (error) {
      this.#restoreFailedAt = clock.now();
      report({ what: 'load', reason: reasonOf(error) });
    }
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { storeTimeoutMs } = this.options.limits;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the key store took longer than ${storeTimeoutMs} ms`)),
        storeTimeoutMs,
      );
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
