import { startPostgres, type Postgres } from '@tongban/platform/local';
import { postgresBinDirectory } from '@tongban/testkit';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { rowTable, type HopChain } from './hop-chain.js';

const maxConnections = 60;
const hops = 3;
const databases = Array.from({ length: hops + 1 }, (_unused, place) => `hop_${place}`);

/** Peer (a): PostgreSQL's logical replication from database to database, synchronous_commit on. */
export async function logicalReplication(directory: string): Promise<HopChain> {
  mkdirSync(directory, { recursive: true });
  const server: Postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    binDirectory: postgresBinDirectory(),
    ...{ walLevel: 'logical', maxConnections },
  });
  const pools: pg.Pool[] = [];
  for (const name of databases) {
    const pool = new pg.Pool({ connectionString: await server.createDatabase(name), max: 2 });
    pool.on('error', () => undefined); // the server is stopped before the pool
    await pool.query(`${rowTable}; create publication hop for table bench_entry`);
    pools.push(pool);
  }
  for (let hop = 1; hop <= hops; hop++) {
    // One server on both ends: the slot must be there before the subscription, or both would wait for each other.
    await pools[hop - 1]!.query('select pg_create_logical_replication_slot($1, $2)', [`hop_${hop}`, 'pgoutput']);
    await pools[hop]!.query(
      `create subscription hop connection '${server.urlOf(databases[hop - 1]!)}' publication hop
         with (create_slot = false, slot_name = 'hop_${hop}', copy_data = false, enabled = ${hop > 1},
               synchronous_commit = 'on')`,
    );
  }
  return {
    name: 'logical replication',
    first: pools[0]!,
    second: pools[1]!,
    last: pools[hops]!,
    begin: async () => void (await pools[1]!.query('alter subscription hop enable')),
    pause: async () => void (await pools[1]!.query('alter subscription hop disable')),
    processes: () => serverProcesses(server.pid),
    async stop() {
      await pools[1]!.query('alter subscription hop disable');
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
}

/** A server's first process and its children. */
export function serverProcesses(first: number): number[] {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === first;
    } catch {
      return false; // gone meanwhile
    }
  });
  return [first, ...children.map(Number)];
}
