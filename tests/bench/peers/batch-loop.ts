import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNats, startPostgres } from '@tongban/platform/local';
import { natsServerBinary, postgresBinDirectory } from '@tongban/testkit';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { rowTable, type HopChain } from './hop-chain.js';
import { serverProcesses } from './logical-replication.js';

const maxConnections = 60;
const hops = 3;
const rowsPerMessage = 200;
const idleMs = 5;
const fetchExpiresMs = 1_000;
const columns = 'record, seq, id, type, author, recorded_at, facts, sealed, prev_hash, hash, signature';

/** One direction between two databases: what a person would write first, and nothing more. */
class Hop {
  private sent = 0;
  paused = false;
  stopped = false;

  constructor(
    private readonly from: pg.Pool,
    private readonly to: pg.Pool,
    private readonly client: JetStreamClient,
    private readonly name: string,
  ) {}

  async send(): Promise<void> {
    while (!this.stopped) {
      const { rows } = this.paused
        ? { rows: [] }
        : await this.from.query<{ place: string; row: string }>(
            'select place::text, row_to_json(e)::text as row from bench_entry e where e.place > $1 order by e.place limit $2',
            [this.sent, rowsPerMessage],
          );
      if (rows.length === 0) {
        await sleep(idleMs);
        continue;
      }
      await this.client.publish(`bench.${this.name}`, `[${rows.map(({ row }) => row).join(',')}]`);
      this.sent = Number(rows.at(-1)!.place);
    }
  }

  async receive(): Promise<void> {
    const consumer = await this.client.consumers.get('BENCH', this.name);
    while (!this.stopped) {
      const message = await consumer.next({ expires: fetchExpiresMs });
      if (message === null) continue;
      await this.to.query(
        `insert into bench_entry (${columns}) select ${columns}
           from json_populate_recordset(null::bench_entry, $1::json) on conflict do nothing`,
        [message.string()],
      );
      await message.ackAck();
    }
  }
}

async function addConsumers(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.*'], storage: StorageType.File });
  for (let hop = 1; hop <= hops; hop++) {
    const name = `hop_${hop}`;
    const filter_subject = `bench.${name}`;
    await manager.consumers.add('BENCH', { durable_name: name, ack_policy: AckPolicy.Explicit, filter_subject });
  }
}

/** Peer (b): a minimal hand-written loop, 200 rows to a JetStream message, one transaction per message. */
export async function batchLoop(directory: string): Promise<HopChain> {
  mkdirSync(directory, { recursive: true });
  const server = await startPostgres({
    directory: join(directory, 'postgres'),
    binDirectory: postgresBinDirectory(),
    maxConnections,
  });
  const nats = await startNats({ directory: join(directory, 'nats'), binary: natsServerBinary() });
  const connection = await connect({ servers: nats.url });
  await addConsumers(await jetstreamManager(connection));
  const pools: pg.Pool[] = [];
  for (let place = 0; place <= hops; place++) {
    const pool = new pg.Pool({ connectionString: await server.createDatabase(`hop_${place}`), max: 4 });
    pool.on('error', () => undefined); // the server is stopped before the pool
    await pool.query(`${rowTable}; create index bench_entry_place on bench_entry (place)`);
    pools.push(pool);
  }
  const client = jetstream(connection);
  const chain = pools.slice(1).map((to, place) => new Hop(pools[place]!, to, client, `hop_${place + 1}`));
  const [first] = chain;
  first!.paused = true;
  const loops = chain.flatMap((hop) => [hop.send(), hop.receive()]);
  return {
    name: 'hand-written batch loop',
    first: pools[0]!,
    second: pools[1]!,
    last: pools[hops]!,
    begin: async () => void (first!.paused = false),
    pause: async () => void (first!.paused = true),
    processes: () => [...serverProcesses(server.pid), nats.pid, process.pid],
    async stop() {
      for (const hop of chain) hop.stopped = true;
      await Promise.all(loops);
      await connection.close();
      await Promise.all(pools.map((pool) => pool.end()));
      await nats.stop();
      await server.stop();
    },
  };
}
