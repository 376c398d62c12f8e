/** The front-end databases of a province: a real PostgreSQL and a real MariaDB, with the sandbox's tables and its check. */
import { join } from 'node:path';
import { freshDatabase } from '@tongban/testkit';
import { createConnection } from 'mysql2/promise';
import { openFrontDatabase, type FrontDatabase } from '../src/index.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');

interface SchemaModule {
  createFrontTables(database: FrontDatabase): Promise<void>;
}
export interface TestAuditor {
  mode: 'normal' | 'paused' | 'twice';
  round(): Promise<number>;
}
interface AuditorModule {
  Auditor: new (database: FrontDatabase, now: () => number) => TestAuditor;
}
interface MariadbModule {
  resolveMariadb(): Promise<object>;
}
interface ServerModule {
  startMariadb(server: object): Promise<{ readonly url: string; stop(): Promise<void> }>;
}

/** A kind of front-end database that this machine can have, or why it cannot. */
export type FrontServer =
  | { readonly name: string; newDatabase(): Promise<string>; stop(): Promise<void> }
  | { readonly name: string; readonly missing: string };

const postgres: FrontServer = { name: 'PostgreSQL', newDatabase: freshDatabase, stop: async () => undefined };

async function mariadb(): Promise<FrontServer> {
  const name = 'MariaDB';
  try {
    const bootstrap = join(root, 'tools', 'bootstrap');
    const { resolveMariadb } = (await import(join(bootstrap, 'mariadb.mjs'))) as MariadbModule;
    const { startMariadb } = (await import(join(bootstrap, 'mariadb-server.mjs'))) as ServerModule;
    const server = await startMariadb(await resolveMariadb());
    let databases = 0;
    return {
      name,
      async newDatabase() {
        const database = `front_${++databases}`;
        const connection = await createConnection(server.url);
        await connection.query(`create database ${database} character set utf8mb4`);
        await connection.end();
        return `${server.url}/${database}`;
      },
      stop: () => server.stop(),
    };
  } catch (error) {
    return { name, missing: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
  }
}

export const frontServers = async (): Promise<FrontServer[]> => [postgres, await mariadb()];

export interface TestFront {
  readonly url: string;
  readonly database: FrontDatabase;
  readonly auditor: TestAuditor;
}

export async function openFront(url: string, now: () => number): Promise<TestFront> {
  const folder = join(root, 'apps', 'province-sandbox', 'src', 'front');
  const { createFrontTables } = (await import(join(folder, 'front-schema.ts'))) as SchemaModule;
  const { Auditor } = (await import(join(folder, 'auditor.ts'))) as AuditorModule;
  const database = openFrontDatabase(url);
  await createFrontTables(database);
  return { url, database, auditor: new Auditor(database, now) };
}
