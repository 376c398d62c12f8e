/** The gateway's side over real PostgreSQL, with cases put into its journal as the federation would. */
import { randomBytes, randomUUID } from 'node:crypto';
import { caseRules, type CaseState } from '@tongban/domain/casework';
import { nationalJson } from '@tongban/domain/exchange';
import { ed25519Signer, sm2Signer, type Signer } from '@tongban/platform/signing';
import { workingCalendar } from '@tongban/domain/calendar';
import type { Commands, Transactor } from '@tongban/federation/nest';
import {
  chainStart,
  hashEntry,
  insertEntries,
  journalMigrations,
  KeyDirectory,
  Keystore,
  makeSecret,
  publicPart,
  Sealer,
  type Sql,
} from '@tongban/journal';
import { canonicalJson, ok, type Result } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import pg from 'pg';
import {
  Exchange,
  exchangeMigrations,
  GrpcCarrier,
  GrpcInbox,
  HttpsCarrier,
  HttpsInbox,
  intakeMigrations,
  OpenedParts,
  ProvinceKeys,
  type CaseFeed,
  type ExchangeLimits,
  type ExchangeTools,
  type FeedRow,
} from '../src/index.js';
import { materialNames, morning, province, township, uscc, type CaseBench } from './case-bench.js';
import { portalSubject } from '../src/intake/take-in.js';
import { openSandbox, type TestSandbox } from './sandbox.js';

const hourMs = 3_600_000;
const longestBackoffMs = 700_000;
const mostRounds = 30;

const caseTable = `create table held_case (node text, record uuid, state json, seq int, changed_at timestamptz(3),
  primary key (node, record));
create index held_case_changed on held_case (node, changed_at, record)`;

interface HeldRow {
  readonly record: string;
  readonly state: CaseState;
  readonly seq: number;
  readonly changed_at: Date;
}
const feedRow = ({ record, state, seq, changed_at }: HeldRow): FeedRow => ({
  ...{ record, state, seq },
  changedAt: changed_at.getTime(),
});

const heldCases: CaseFeed = {
  async changedAfter(sql, node, cursor, limit) {
    const beyond = cursor === undefined ? '' : 'and (changed_at, record) > ($3::timestamptz, $4::uuid)';
    const rows = await sql.query<Omit<HeldRow, 'state'>>(
      `select record, seq, changed_at from held_case where node = $1 ${beyond} order by changed_at, record limit $2`,
      [node, limit, ...(cursor === undefined ? [] : [new Date(cursor.at).toISOString(), cursor.record])],
    );
    return rows.map(({ record, seq, changed_at }) => ({ record, seq, changedAt: changed_at.getTime() }));
  },
  async find(sql, node, records) {
    const rows = await sql.query<HeldRow>(
      'select record, state, seq, changed_at from held_case where node = $1 and record = any($2::uuid[])',
      [node, records],
    );
    return rows.map(feedRow);
  },
};

const newKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
};

function transactorOver(pool: pg.Pool): Transactor {
  return {
    async run(body) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await body({
          query: async (text, params) => (await client.query(text, params as unknown[])).rows,
        });
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

/** One sending as the wire saw it. */
export interface Seen {
  readonly key: string;
  readonly body: string;
}

export class Gateway {
  now = morning + 2 * hourMs;
  readonly seen: Seen[] = [];
  readonly lines: { readonly level: string; readonly message: string; readonly details: unknown }[] = [];
  readonly alarms: string[] = [];
  readonly benches = new Map<string, CaseBench>();
  /** Commands by key, in the order in which they came first. */
  readonly executed = new Map<string, { readonly record: string; readonly command: Record<string, unknown> }>();
  /** What `execute` says instead of doing it. */
  answerWith: (() => Result<never>) | 'requested' | undefined;
  requestState: Awaited<ReturnType<ExchangeTools['requests']['find']>>;
  departmentHeld = true;
  private written = new Map<string, number>();

  private constructor(
    readonly pool: pg.Pool,
    readonly sandbox: TestSandbox,
    readonly transactor: Transactor,
    readonly sealer: Sealer,
    private readonly signingKey: JWK,
  ) {}

  static async open(
    databaseUrl?: string,
    sandboxOf: (key: JWK, now: () => number) => Promise<TestSandbox> = async (key, now) =>
      openSandbox(await freshDatabase(), key, now),
    signingKey?: JWK,
  ): Promise<Gateway> {
    const pool = new pg.Pool({ connectionString: databaseUrl ?? (await freshDatabase()), max: 6 });
    // The server may be stopped while a connection of the pool is idle.
    pool.on('error', () => undefined);
    for (const { sql } of [...journalMigrations, ...exchangeMigrations, ...intakeMigrations]) await pool.query(sql);
    await pool.query(caseTable);
    const secrets = [province, township].map((node) => makeSecret(node, 1));
    const sealer = new Sealer(new KeyDirectory(secrets.map(publicPart)), new Keystore(secrets));
    const key = signingKey ?? (await newKey('gateway-3711'));
    const sandbox = await sandboxOf(key, () => gateway.now);
    const gateway: Gateway = new Gateway(pool, sandbox, transactorOver(pool), sealer, key);
    return gateway;
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    await this.pool.end();
  }

  /** The fetch of the gateway; `spoil` may fail before or after the province has answered. */
  fetching(spoil: { before?: () => void; after?: (answer: Response) => Response } = {}): typeof fetch {
    return async (input, init) => {
      if (init?.method === 'POST') {
        const headers = init.headers as Record<string, string>;
        this.seen.push({
          key: headers['idempotency-key']!,
          body: Buffer.from(init.body as Uint8Array).toString('utf8'),
        });
        spoil.before?.();
      }
      const answer = await fetch(input, init);
      return init?.method === 'POST' && spoil.after !== undefined ? spoil.after(answer) : answer;
    };
  }

  async tools(changes: Partial<ExchangeTools> & { limits?: Partial<ExchangeLimits> } = {}): Promise<ExchangeTools> {
    const clock = { now: () => this.now };
    return {
      node: province,
      profile: nationalJson({ province: '37' }),
      transactor: this.transactor,
      commands: this.commands(),
      requests: { find: async () => this.requestState },
      cases: heldCases,
      departments: {
        find: () => (this.departmentHeld ? { name: '东港区民政局', uscc } : undefined),
        materialNames: async () => materialNames,
      },
      sealer: this.sealer,
      parts: new OpenedParts(this.sealer, province, clock),
      clock,
      carrier: await this.https(),
      random: { bytes: (length) => randomBytes(length) },
      log: (level, message, details) => void this.lines.push({ level, message, details }),
      alarm: (record) => void this.alarms.push(record),
      ...changes,
    };
  }

  /** HTTPS to the sandbox. */
  async https(fetch: typeof globalThis.fetch = this.fetching()): Promise<HttpsCarrier> {
    const { url } = this.sandbox;
    const clock = { now: () => this.now };
    const keys = new ProvinceKeys({ node: province, url, transactor: this.transactor, fetch, clock });
    const log: ExchangeTools['log'] = (level, message, details) => void this.lines.push({ level, message, details });
    return new HttpsCarrier({ url, signer: () => this.signer(), keys, fetch }, log);
  }

  async signer(): Promise<Signer> {
    return this.signingKey.kty === 'EC' ? sm2Signer(this.signingKey) : ed25519Signer(this.signingKey);
  }

  /** gRPC to the sandbox, with the gateway's key or one that the province does not know. */
  async grpc(keyId?: string): Promise<GrpcCarrier> {
    const { url, grpc } = this.sandbox;
    const clock = { now: () => this.now };
    const keys = new ProvinceKeys({ node: province, url, transactor: this.transactor, fetch, clock });
    const key = keyId === undefined ? this.signingKey : await newKey(keyId);
    const log: ExchangeTools['log'] = (level, message, details) => void this.lines.push({ level, message, details });
    return new GrpcCarrier({ url: `http://${grpc}`, signer: () => ed25519Signer(key), keys }, log);
  }

  /** What the province sends down over HTTPS. */
  httpsInbox(): HttpsInbox {
    const { url } = this.sandbox;
    const clock = { now: () => this.now };
    const keys = new ProvinceKeys({ node: province, url, transactor: this.transactor, fetch, clock });
    return new HttpsInbox({ url, signer: () => this.signer(), keys, fetch });
  }

  /** What the province sends down over gRPC. */
  grpcInbox(): GrpcInbox {
    const { url, grpc } = this.sandbox;
    const clock = { now: () => this.now };
    const keys = new ProvinceKeys({ node: province, url, transactor: this.transactor, fetch, clock });
    return new GrpcInbox({ url: `http://${grpc}`, signer: () => this.signer(), keys });
  }

  /** An exchange whose way to the province is spoilt. */
  async exchange(spoil: Parameters<Gateway['fetching']>[0] = {}, limits: Partial<ExchangeLimits> = {}) {
    const tools = await this.tools({ limits });
    return new Exchange({ ...tools, carrier: await this.https(this.fetching(spoil)) });
  }

  /** Rounds with time in between until `done`; fails when that takes too long. */
  async drive(exchange: Exchange, done: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      await exchange.round();
      if (await done()) return;
      this.now += longestBackoffMs;
    }
    throw new Error(`not done after ${mostRounds} rounds: ${JSON.stringify(this.lines.slice(-5))}`);
  }

  /** Puts what is new of a case into the journal and the view of the gateway. */
  async hold(bench: CaseBench, changedAt = this.now): Promise<void> {
    this.benches.set(bench.record, bench);
    const before = this.written.get(bench.record) ?? 0;
    const fresh = bench.entries.slice(before);
    this.written.set(bench.record, bench.entries.length);
    const entries = await Promise.all(
      fresh.map(async ({ view, sealed }) => {
        const unhashed = {
          ...{ ...view, facts: canonicalJson(view.facts), recordClass: 'case', prevHash: chainStart },
          ...(sealed === undefined ? {} : { sealed: await this.sealer.seal(sealed, [province]) }),
        };
        const signature = { suite: 'none', keyId: 'none', value: chainStart };
        return { ...unhashed, id: randomUUID(), hash: hashEntry(unhashed), signature };
      }),
    );
    await this.transactor.run(async (sql) => {
      await insertEntries(sql, province, entries, changedAt);
      await saveCase(sql, bench, changedAt);
    });
  }

  async report(bench: CaseBench): Promise<Record<string, unknown>> {
    const { rows } = await this.pool.query('select * from exchange_report where record = $1', [bench.record]);
    return rows[0] as Record<string, unknown>;
  }

  isAt(bench: CaseBench, stage: string, version?: number): () => Promise<boolean> {
    return async () => {
      const row = await this.report(bench);
      return row?.['stage'] === stage && (version === undefined || row['data_version'] === version);
    };
  }

  commandsOf(bench: CaseBench): Record<string, unknown>[] {
    return [...this.executed.values()].filter(({ record }) => record === bench.record).map(({ command }) => command);
  }

  /** The owner beside the gateway: decides by the real rules; the same key is one entry. */
  private commands(): Pick<Commands, 'execute'> {
    const execute: Commands['execute'] = async (input) => {
      if (typeof this.answerWith === 'function') return this.answerWith();
      const { record, key, node, actor } = input;
      if (this.answerWith === 'requested') return ok({ record, state: 'requested', request: key });
      const bench = this.benches.get(record)!;
      const asked = await this.transactor.run((sql) => input.command(sql, bench.case as never));
      if (!asked.ok) return asked;
      const noting = actor.subject === 'gateway' && actor.role === 'system';
      if (node !== province || actor.division !== province || !(noting || actor.subject === portalSubject))
        throw new Error('a note is written by the gateway itself, and nobody else acts here but the portal');
      if (!this.executed.has(key)) {
        const command = asked.value as unknown as Parameters<CaseBench['do']>[0];
        const context = { owner: bench.case.owner, record, actor, occurredAt: input.occurredAt, now: this.now };
        const decided = caseRules({ calendar: workingCalendar() }).decide(bench.case, command, context);
        if (!decided.ok) return decided;
        this.executed.set(key, { record, command: command as unknown as Record<string, unknown> });
        bench.do(command, 'system', actor);
        await this.hold(bench);
      }
      return ok({ record, state: 'done', seq: bench.case.seq });
    };
    return { execute };
  }
}

async function saveCase(sql: Sql, bench: CaseBench, changedAt: number): Promise<void> {
  await sql.query(
    `insert into held_case values ($1, $2, $3, $4, $5)
     on conflict (node, record) do update set state = excluded.state, seq = excluded.seq, changed_at = excluded.changed_at`,
    [province, bench.record, JSON.stringify(bench.case), bench.case.seq, new Date(changedAt).toISOString()],
  );
}
