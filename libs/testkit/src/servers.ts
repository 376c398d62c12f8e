import { startNats, startPostgres, type Nats, type Postgres } from '@tongban/platform/local';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { natsServerBinary, postgresBinDirectory } from './binaries.js';
import { reapLater, workerFolder } from './worker-folder.js';

let postgres: Promise<Postgres> | undefined;
let nats: Promise<Nats> | undefined;

/**
 * The PostgreSQL of this jest worker: started by the first test file that asks, shared by those that follow, ended with
 * the worker. Nobody stops it; take a database of your own with {@link freshDatabase}.
 */
export function postgresForTests(): Promise<Postgres> {
  postgres ??= (async () => {
    const folder = workerFolder();
    const started = await startPostgres({
      directory: join(folder, 'postgres'),
      binDirectory: postgresBinDirectory(),
      durable: false,
      walLevel: 'logical',
    });
    reapLater(folder, 'postgres', started.pid, started.dataDirectory);
    return started;
  })();
  return postgres;
}

/** The URL of an empty database that nobody else uses. */
export async function freshDatabase(): Promise<string> {
  const server = await postgresForTests();
  return server.createDatabase(`test_${randomUUID().replaceAll('-', '')}`);
}

/**
 * The NATS server of this test file, with an empty store: names of streams are fixed by the contract, so two files
 * cannot share one. It takes the place of the previous file's server in the same worker.
 */
export function natsForTests(): Promise<Nats> {
  nats ??= (async () => {
    const folder = workerFolder();
    const directory = join(folder, 'nats');
    const options = { directory, binary: natsServerBinary() };
    // A start ends the server that the previous file left on this folder; its store goes, then ours begins.
    const left = await startNats(options);
    await left.stop();
    rmSync(join(directory, 'store'), { recursive: true, force: true });
    const started = await startNats(options);
    reapLater(folder, 'nats', started.pid);
    return started;
  })();
  return nats;
}
