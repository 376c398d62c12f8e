/**
 * Two ways to number the messages of a link without gaps, on the same PostgreSQL (ADR 0003):
 *
 *   counter  the link's row is locked last in the transaction that writes the entry, the number is known at commit
 *   relay    the transaction writes a message without number; one relay numbers what is committed, in batches
 *   floor    neither: one sequence for the table, whose numbers have gaps and may commit out of order
 *
 * Run it (fsync stays on; about a minute):
 *
 *   npx esbuild tests/bench/link-numbering.ts --bundle --platform=node --format=esm --packages=external \
 *     --tsconfig=tsconfig.base.json --outfile=.tongban/cache/bench/link-numbering.mjs
 *   TONGBAN_POSTGRES_BIN=<folder with initdb and postgres> node .tongban/cache/bench/link-numbering.mjs [--json]
 */
import { startPostgres } from '@tongban/platform/local';
import { postgresBinDirectory } from '@tongban/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { countCpuMs, median, quantile, type Measure } from './measure.js';

const writers = 8;
const rounds = 5;
const entryBytes = 900;
const relayBatch = 500;
const relayPollMs = 2;
const relayWaitMs = 30_000;
/** What is written: a person's command makes one message, an envelope from below many. */
const loads = [
  { links: 1, entries: 1, transactions: 3_000 },
  { links: 8, entries: 1, transactions: 3_000 },
  { links: 1, entries: 100, transactions: 200 },
] as const;
type Load = (typeof loads)[number];
const ways = ['floor', 'relay', 'counter'] as const;
type Way = (typeof ways)[number];

const schema = `
drop table if exists entry, link_out, outgoing;
create table entry (id bigint generated always as identity primary key, facts text not null);
create table link_out (peer text primary key, last bigint not null default 0);
create table outgoing (
  id bigint generated always as identity primary key, peer text not null, seq bigint, entry bigint not null,
  numbered_at timestamptz, constraint outgoing_once unique (peer, seq)
);
create index outgoing_unnumbered on outgoing (id) where seq is null;`;

const facts = 'x'.repeat(entryBytes);
const peerOf = (link: number): string => `37110200${String(link).padStart(4, '0')}`;

/** One transaction as the product makes it: entries, then their messages to one neighbour. */
async function write(client: pg.PoolClient, way: Way, peer: string, entries: number): Promise<void> {
  await client.query('begin');
  const written = await client.query<{ id: string }>(
    'insert into entry (facts) select $1 from generate_series(1, $2::int) returning id',
    [facts, entries],
  );
  const ids = written.rows.map(({ id }) => id);
  if (way !== 'counter') {
    await client.query('insert into outgoing (peer, entry) select $1, unnest($2::bigint[])', [peer, ids]);
  } else {
    const link = await client.query<{ last: string }>('select last from link_out where peer = $1 for update', [peer]);
    const last = Number(link.rows[0]!.last);
    await client.query(
      `with numbered as (
         insert into outgoing (peer, seq, entry, numbered_at)
         select $1, $2 + place, id, clock_timestamp() from unnest($3::bigint[]) with ordinality as u(id, place))
       update link_out set last = $2 + $4 where peer = $1`,
      [peer, last, ids, ids.length],
    );
  }
  await client.query('commit');
}

/** Numbers committed messages per link in the order of their ids; how many. */
async function numberBatch(client: pg.PoolClient): Promise<number> {
  const { rowCount } = await client.query(
    `with batch as (
       select id, peer, row_number() over (partition by peer order by id) as place
         from (select id, peer from outgoing where seq is null order by id limit ${relayBatch}) waiting),
     counted as (
       update link_out l set last = l.last + c.n from (select peer, count(*) as n from batch group by peer) c
        where l.peer = c.peer returning l.peer, l.last - c.n as before)
     update outgoing o set seq = counted.before + batch.place, numbered_at = clock_timestamp()
       from batch join counted using (peer) where o.id = batch.id`,
  );
  return rowCount ?? 0;
}

async function relay(client: pg.PoolClient, total: number): Promise<void> {
  const deadline = Date.now() + relayWaitMs;
  for (let numbered = 0; numbered < total;) {
    const more = await numberBatch(client);
    numbered += more;
    if (Date.now() > deadline) throw new Error(`the relay numbered ${numbered} of ${total} in ${relayWaitMs} ms`);
    if (more === 0) await sleep(relayPollMs);
  }
}

async function oneRound(pool: pg.Pool, postmaster: number, way: Way, load: Load): Promise<Measure> {
  const { links, entries, transactions } = load;
  const messages = transactions * entries;
  await pool.query(schema);
  await pool.query('insert into link_out (peer) select unnest($1::text[])', [
    Array.from({ length: links }, (_unused, link) => peerOf(link)),
  ]);
  const latencies: number[] = [];
  const cpuBefore = countCpuMs(postmaster);
  const began = performance.now();
  let given = 0;
  const writer = async (): Promise<void> => {
    const client = await pool.connect();
    while (given < transactions) {
      const peer = peerOf(given++ % links);
      const start = performance.now();
      await write(client, way, peer, entries);
      latencies.push(performance.now() - start);
    }
    client.release();
  };
  const relaying = async (): Promise<void> => {
    const client = await pool.connect();
    await relay(client, messages);
    client.release();
  };
  await Promise.all([...Array.from({ length: writers }, writer), ...(way === 'relay' ? [relaying()] : [])]);
  const seconds = (performance.now() - began) / 1000;
  const cpuMs = countCpuMs(postmaster) - cpuBefore;
  await refuseGaps(pool, way);
  return {
    perSecond: messages / seconds,
    cpuMicrosPerMessage: (cpuMs * 1000) / messages,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** A way that loses or doubles a number is no way: counted after every round. */
async function refuseGaps(pool: pg.Pool, way: Way): Promise<void> {
  if (way === 'floor') return;
  const { rows } = await pool.query<{ peer: string }>(
    `select o.peer from outgoing o join link_out l using (peer) group by o.peer, l.last
      having count(seq) <> l.last or max(seq) <> l.last or min(seq) <> 1 or count(*) <> count(seq)`,
  );
  if (rows.length > 0) throw new Error(`${way}: numbers are not dense on ${rows.map(({ peer }) => peer).join(', ')}`);
}

const directory = mkdtempSync(join(tmpdir(), 'tongban-bench-'));
const server = await startPostgres({ directory, binDirectory: postgresBinDirectory(), durable: true });
const pool = new pg.Pool({ connectionString: await server.createDatabase('bench'), max: writers + 2 });
// The server's shutdown may reach an idle connection before the pool has closed it.
pool.on('error', () => undefined);
try {
  for (const load of loads) {
    const measured = new Map<Way, Measure[]>(ways.map((way) => [way, []]));
    await oneRound(pool, server.pid, 'floor', load);
    for (let round = 0; round < rounds; round++) {
      for (const way of ways) measured.get(way)!.push(await oneRound(pool, server.pid, way, load));
    }
    const of = (way: Way, key: keyof Measure): number => median(measured.get(way)!.map((measure) => measure[key]));
    for (const way of ways) {
      const line = {
        id: `link-numbering: ${load.links} link(s), ${load.entries} message(s) a transaction`,
        way,
        perSecond: Math.round(of(way, 'perSecond')),
        ratioToFloor: Number((of(way, 'perSecond') / of('floor', 'perSecond')).toFixed(2)),
        cpuRatioToFloor: Number((of(way, 'cpuMicrosPerMessage') / of('floor', 'cpuMicrosPerMessage')).toFixed(2)),
        p50Ms: Number(of(way, 'p50Ms').toFixed(1)),
        p99Ms: Number(of(way, 'p99Ms').toFixed(1)),
        rounds,
      };
      if (process.argv.includes('--json')) console.log(JSON.stringify(line));
      else
        console.log(
          Object.entries(line)
            .map(([key, value]) => `${key} ${value}`)
            .join('  '),
        );
    }
  }
} finally {
  await pool.end();
  await server.stop();
  // The data may lie in a folder of its own outside, where the server's user can enter.
  rmSync(dirname(server.dataDirectory), { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
}
