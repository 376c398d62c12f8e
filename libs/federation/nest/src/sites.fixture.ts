import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FrameSchema, type Frame } from '@tongban/contract';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer, sm3 } from '@tongban/journal';
import type { Courier, FrameHandler } from '@tongban/federation/transport';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { bindingsOf } from './binding.js';
import { Host } from './host.js';
import type { HostOptions } from './host-settings.js';
import { federationMigrations } from './store/migrations.js';
import { renewIncarnation } from './store/recovery-store.js';
import type { Transactor } from './store/postgres-store.js';
import { noteBinding, noteTable, type Note, type NoteCommand } from './testing.fixture.js';

export const province = nodeCode('370000000000');
export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
export const chain = [province, city, district, township, village];

/** Frames between hosts in one process: may be cut, double and lose. */
export class Network {
  readonly handlers = new Map<NodeCode, FrameHandler>();
  readonly changed: (() => void)[] = [];
  readonly cut = new Set<NodeCode>();
  doubling = false;
  losing = 0;
  frames = 0;
  tamper: ((frame: Frame) => void) | undefined;

  courierOf(node: NodeCode): Courier {
    return {
      name: 'memory',
      reaches: (peer) => !this.cut.has(node) && !this.cut.has(peer),
      send: async (frame, peer) => {
        this.frames++;
        if (this.losing > 0 && this.frames % this.losing === 0) return;
        const bytes = toBinary(FrameSchema, frame);
        for (let copy = 0; copy < (this.doubling ? 2 : 1); copy++) {
          const received = fromBinary(FrameSchema, bytes);
          this.tamper?.(received);
          setImmediate(
            () =>
              void this.handlers
                .get(peer)?.(received)
                .catch(() => undefined),
          );
        }
      },
      start: async (handler, changed) => {
        this.handlers.set(node, handler);
        this.changed.push(changed);
      },
      stop: async () => undefined,
    };
  }

  heal(): void {
    this.cut.clear();
    for (const changed of this.changed) changed();
  }
}

export interface Site {
  readonly node: NodeCode;
  readonly host: Host;
  readonly pool: pg.Pool;
}

export const secrets = chain.map((node) => makeSecret(node, 1));
export const directory = new KeyDirectory(secrets.map(publicPart));
const pools: pg.Pool[] = [];
const hosts: Host[] = [];

export async function site(
  network: Network,
  node: NodeCode,
  databaseUrl: string,
  settings: Partial<HostOptions> = {},
): Promise<Site> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 6 });
  pools.push(pool);
  for (const { sql } of [...journalMigrations, ...federationMigrations]) await pool.query(sql);
  await pool.query(noteTable);
  return { node, pool, host: await open(network, node, pool, settings) };
}

/** One transaction of a pool per call. */
export const transactorOn = (pool: pg.Pool): Transactor => ({
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
});

export async function open(
  network: Network,
  node: NodeCode,
  pool: pg.Pool,
  settings: Partial<HostOptions> = {},
): Promise<Host> {
  const keystore = new Keystore(secrets.filter((secret) => secret.node === node));
  const host = await Host.open({
    nodes: [node],
    bindings: bindingsOf([noteBinding]),
    keystore,
    directory,
    sealer: new Sealer(directory, keystore),
    clock: { now: () => Date.now() },
    hub: network.courierOf(node),
    log: () => undefined,
    traced: (_traceparent, _name, _attributes, work) => work(),
    transactor: transactorOn(pool),
    ...settings,
  });
  hosts.push(host);
  await host.start();
  return host;
}

export async function closeSites(): Promise<void> {
  for (const host of hosts.splice(0)) await host.stop();
  for (const pool of pools.splice(0)) await pool.end();
}

export const start = async (network: Network, at: Site, settings: Partial<HostOptions> = {}): Promise<void> =>
  void Object.assign(at, { host: await open(network, at.node, at.pool, settings) });

export const restart = async (network: Network, at: Site, settings: Partial<HostOptions> = {}): Promise<void> => {
  await at.host.stop();
  await start(network, at, settings);
};

/** The version before lines could be added. */
export const older = {
  bindings: bindingsOf([
    { ...noteBinding, knows: (type, version) => type !== 'note.added' && noteBinding.knows(type, version) },
  ]),
};

/** What waits in the quarantine, oldest first: the code and the entry's number. */
export async function parkedAt({ pool }: Site): Promise<string[]> {
  const sql = `select code || ' ' || coalesce(entry_seq, 0) as row from quarantine order by id`;
  return (await pool.query<{ row: string }>(sql)).rows.map(({ row }) => row);
}

export const markRestored = ({ pool }: Site): Promise<string> =>
  renewIncarnation({ query: async (text, params) => (await pool.query(text, params as unknown[])).rows });

/** Put back to the state before anything was written. */
export async function putBack(at: Site): Promise<void> {
  for (const table of ['entry', 'record', 'note', 'link_in', 'outgoing', 'request', 'command'])
    await at.pool.query(`truncate ${table}`);
  await at.pool.query('update link_out set last = 0, acked = 0, base = 0');
  await markRestored(at);
}

const actorOf = (node: NodeCode) => ({ subject: 'tester', role: 'clerk', division: node }) as const;

export async function command(
  at: Site,
  record: string,
  note: NoteCommand,
  key: string = randomUUID(),
  begins = false,
  expectedSeq?: number,
) {
  return at.host.commands.execute<Note, NoteCommand>({
    node: at.node,
    key,
    digest: sm3(Buffer.from(JSON.stringify(note))),
    recordClass: 'case',
    record,
    begins,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    command: async () => ({ ok: true, value: note }),
    actor: actorOf(at.node),
    occurredAt: Date.now(),
  });
}

export async function headsOf(sites: readonly Site[], record: string): Promise<string[]> {
  const heads = [];
  for (const { pool, node } of sites) {
    const { rows } = await pool.query(
      `select seq || ' ' || encode(hash, 'hex') || ' ' || owner as head from record where node = $1 and record = $2`,
      [node, record],
    );
    heads.push(rows[0]?.head ?? 'none');
  }
  return heads;
}

const waitLimitMs = 40_000;
export const testTimeoutMs = 60_000;

export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + waitLimitMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not reached within ${waitLimitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const converged = (sites: readonly Site[], record: string, seq: number): Promise<void> =>
  eventually(`all hold ${seq} entries`, async () => {
    const heads = await headsOf(sites, record);
    return new Set(heads).size === 1 && heads[0]!.startsWith(`${seq} `);
  });

/** A record begun at `home`, offered on at once where that is asked for. */
export async function begin(home: Site, offerTo?: NodeCode, text = 'first'): Promise<string> {
  const record = randomUUID();
  const handlers = [village, township];
  const note: NoteCommand = { type: 'begin', text, handlers, ...(offerTo === undefined ? {} : { offerTo }) };
  const outcome = await command(home, record, note, randomUUID(), true);
  if (!outcome.ok) throw new Error(`the record was not begun: ${outcome.refusal.code}`);
  return record;
}
