import type { Transactor } from '@tongban/federation/nest';
import type { Clock, Instant, NodeCode, Result } from '@tongban/kernel';
import { parsePublicKeys, verifierOf, verifyDetached, type PublicKey, type Verifier } from '@tongban/platform/signing';
import { endpoint, readBody } from './body.js';

export interface ProvinceKeysOptions {
  readonly node: NodeCode;
  /** `https://host[/path]` of the province. */
  readonly url: string;
  /** Keys from a file; without them they are fetched at first use and kept. */
  readonly given?: readonly PublicKey[];
  readonly transactor: Transactor;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

const fetchTimeoutMs = 10_000;
const keySetMaxBytes = 64 * 1024;
/** Answers under unknown keys must not make us ask for keys all the time. */
const fetchPauseMs = 60_000;

/** The keys under which the province signs its answers. */
export class ProvinceKeys {
  private verifiers: readonly Verifier[] | undefined;
  private fetchedAt: Instant | undefined;

  constructor(private readonly options: ProvinceKeysOptions) {}

  /**
   * Checks the signature over an answer. Refuses with link.key or link.signature; throws when keys are wanted and neither
   * the province nor the database has any.
   */
  async verify(jws: string, body: Uint8Array): Promise<Result<{ readonly keyId: string }>> {
    const verified = await verifyDetached(jws, body, await this.held());
    if (verified.ok || verified.refusal.code !== 'link.key' || !this.mayFetch()) return verified;
    this.verifiers = await this.fetched();
    return verifyDetached(jws, body, this.verifiers);
  }

  private mayFetch(): boolean {
    const { given, clock } = this.options;
    return given === undefined && (this.fetchedAt === undefined || clock.now() - this.fetchedAt >= fetchPauseMs);
  }

  private async held(): Promise<readonly Verifier[]> {
    if (this.verifiers !== undefined) return this.verifiers;
    const keys = this.options.given ?? (await this.kept());
    this.verifiers = keys === undefined ? await this.fetched() : await verifiersOf(keys);
    return this.verifiers;
  }

  private async kept(): Promise<readonly PublicKey[] | undefined> {
    const { transactor, node } = this.options;
    const [row] = await transactor.run((sql) =>
      sql.query<{ keys: unknown }>('select keys from exchange_province_key where node = $1', [node]),
    );
    return row === undefined ? undefined : parsePublicKeys(row.keys);
  }

  private async fetched(): Promise<readonly Verifier[]> {
    const { url, transactor, node, clock, fetch } = this.options;
    const now = clock.now();
    this.fetchedAt = now;
    const response = await fetch(endpoint(url, '/exchange/v1/keys'), {
      redirect: 'error',
      signal: AbortSignal.timeout(fetchTimeoutMs),
    });
    if (response.status !== 200) throw new Error(`the province answered ${response.status} when asked for its keys`);
    const keys = parsePublicKeys(JSON.parse(Buffer.from(await readBody(response, keySetMaxBytes)).toString('utf8')));
    await transactor.run((sql) =>
      sql.query(
        `insert into exchange_province_key (node, keys, fetched_at) values ($1, $2, $3)
         on conflict on constraint exchange_province_key_pk do update
           set keys = excluded.keys, fetched_at = excluded.fetched_at`,
        [node, JSON.stringify({ keys }), new Date(now).toISOString()],
      ),
    );
    return verifiersOf(keys);
  }
}

const verifiersOf = (keys: readonly PublicKey[]): Promise<Verifier[]> => Promise.all(keys.map(verifierOf));
