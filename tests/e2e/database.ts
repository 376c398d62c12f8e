import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { z } from 'zod';
import type { CityFolder, HostName } from './city.js';

const connectTimeoutMs = 30_000;
const statementTimeoutMs = 30_000;
const passwordsSchema = z.record(z.string(), z.object({ owner: z.string() }));

/** Databases of the hosts, read by their owner's role: what is stored, without going through the product. */
export class Databases {
  /** @param server `host:port` of PostgreSQL */
  constructor(
    private readonly folder: CityFolder,
    private readonly server: string,
  ) {}

  url(host: HostName): string {
    const passwords = passwordsSchema.parse(
      JSON.parse(readFileSync(this.folder.file('secrets', 'databases.json'), 'utf8')),
    );
    const password = passwords[host]?.owner;
    if (password === undefined) throw new Error(`there is no password of the database of ${host}`);
    const name = `tongban_${host.replaceAll('-', '_')}`;
    return `postgres://${name}_owner:${encodeURIComponent(password)}@${this.server}/${name}`;
  }

  async query<Row>(host: HostName, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({
      connectionString: this.url(host),
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      application_name: 'e2e',
    });
    client.on('error', () => undefined); // the query under way rejects
    try {
      await client.connect();
      return (await client.query(sql, [...params])).rows as Row[];
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Each line is a fault of one kind; a journal in order has none. All of it is told by plain SQL. */
const faultsOfHost = `
with chained as (
  select node, record, seq, prev_hash,
    lag(seq) over link as seq_before, lag(hash) over link as hash_before,
    row_number() over link as position
  from entry window link as (partition by node, record order by seq)
)
select 'entry ' || seq || ' of ' || record || ' at ' || node || ' is number ' || position as fault
  from chained where seq <> position
union all
select 'entry ' || seq || ' of ' || record || ' at ' || node || ' does not follow the one before it'
  from chained where seq > 1 and prev_hash is distinct from hash_before
union all
select 'entry 1 of ' || record || ' at ' || node || ' follows something'
  from chained where seq = 1 and prev_hash <> decode(repeat('00', 32), 'hex')
union all
select 'id ' || id || ' is ' || count(*) || ' times at ' || node from entry group by node, id having count(*) > 1
union all
select 'the head of ' || r.record || ' at ' || r.node || ' is not its newest entry'
  from record r join lateral (
    select seq, hash from entry e where e.node = r.node and e.record = r.record order by seq desc limit 1
  ) newest on true
  where newest.seq <> r.seq or newest.hash <> r.hash
union all
select 'quarantined at ' || node || ' from ' || peer || ': ' || code || ' ' || detail from quarantine
`;

export const journalFaults = async (databases: Databases, host: HostName): Promise<string[]> =>
  (await databases.query<{ fault: string }>(host, faultsOfHost)).map(({ fault }) => `${host}: ${fault}`);

/** Links whose receiver has not yet said that it applied everything. */
export const unacknowledged = async (databases: Databases, host: HostName): Promise<string[]> => {
  const rows = await databases.query<{ waiting: string }>(
    host,
    `select o.node || ' → ' || o.peer || ' number ' || o.seq as waiting
       from outgoing o left join link_out l on l.node = o.node and l.peer = o.peer
      where o.seq > coalesce(l.acked, 0)`,
  );
  return rows.map(({ waiting }) => `${host}: ${waiting}`);
};

export interface Head {
  readonly node: string;
  readonly record: string;
  readonly seq: number;
  readonly hash: string;
}

export const headsOf = (databases: Databases, host: HostName, records: readonly string[]): Promise<Head[]> =>
  databases.query<Head>(
    host,
    `select node, record::text, seq, encode(hash, 'hex') as hash from record where record = any($1::uuid[])`,
    [records],
  );
