import type { Transactor } from '@tongban/federation/nest';
import { journalInsertOnlyTables, journalMigrations, journalTables, type SqlMigration } from '@tongban/journal';
import {
  federationInsertOnlyTables,
  federationMigrations,
  federationReadTables,
  federationTables,
} from '@tongban/federation/nest';
import { createDataSource, grantAppRole, inTransaction, waitForDatabase } from '@tongban/platform/database';
import type { Logger } from '@tongban/platform/telemetry';
import { quarantineEntity } from '@tongban/feature/links';
import type { DataSource } from 'typeorm';

const databaseWaitMs = 60_000;
const ownerPoolSize = 2;

/** What a feature keeps: its migrations, and what the application may do with its tables. */
export interface Tables {
  readonly migrations: readonly SqlMigration[];
  readonly readWrite: readonly string[];
  readonly insertOnly: readonly string[];
}

const federation: Tables = {
  migrations: [...journalMigrations, ...federationMigrations],
  readWrite: [...journalTables, ...federationTables, ...federationReadTables],
  insertOnly: [...journalInsertOnlyTables, ...federationInsertOnlyTables],
};

/** Brings the schema up to date as its owner, then works as a role that owns nothing and cannot change the journal. */
export async function openDatabase(
  config: { readonly databaseUrl: string; readonly databaseOwnerUrl: string },
  service: string,
  poolSize: number,
  features: readonly Tables[],
  logger: Logger,
): Promise<DataSource> {
  const all = [federation, ...features];
  const onProgress = (progress: unknown): void => logger.warn({ progress }, 'waiting for the database');
  await waitForDatabase({ url: config.databaseOwnerUrl, timeoutMs: databaseWaitMs, onProgress });
  const owner = await createDataSource({
    url: config.databaseOwnerUrl,
    entities: [],
    migrations: all.flatMap(({ migrations }) => migrations).sort((left, right) => left.timestamp - right.timestamp),
    afterMigrations: (tx) =>
      grantAppRole(tx, {
        role: decodeURIComponent(new URL(config.databaseUrl).username),
        insertOnly: all.flatMap(({ insertOnly }) => insertOnly),
        readWrite: all.flatMap(({ readWrite }) => readWrite),
      }),
    poolSize: ownerPoolSize,
    applicationName: `${service} migrations`,
    logger,
  });
  await owner.destroy();
  return createDataSource({
    url: config.databaseUrl,
    entities: [quarantineEntity],
    migrations: [],
    poolSize,
    applicationName: service,
    logger,
  });
}

export const transactorOf = (dataSource: DataSource): Transactor => ({
  run: (body) => inTransaction(dataSource, body),
});
