import { DataSource, type EntitySchema, type Logger as TypeOrmLogger } from 'typeorm';
import { migrate, sqlMigration, type SqlMigration } from './migrations.js';
import type { Transaction } from './transaction.js';

/** What this library writes to a log; pino's logger fits. */
export interface DatabaseLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DataSourceOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly entities: readonly EntitySchema[];
  /** Run before this resolves. Empty when the role of `url` may not change the schema. */
  readonly migrations: readonly SqlMigration[];
  /** Run after the migrations under the same lock at every start, e.g. `grantAppRole`; must bear repetition. */
  readonly afterMigrations?: (tx: Transaction) => Promise<void>;
  /** Connections at most; two at least, as a migration keeps one for its lock. */
  readonly poolSize: number;
  /** Shown by pg_stat_activity. */
  readonly applicationName: string;
  readonly logger: DatabaseLog;
}

const connectTimeoutMs = 5_000;
const idleConnectionMs = 30_000;
const statementTimeoutMs = 30_000;
const lockTimeoutMs = 10_000;
const idleInTransactionTimeoutMs = 30_000;
const slowQueryMs = 1_000;
const fewestConnections = 2;

/**
 * A connected pool with the schema brought up to date. Sessions run in READ COMMITTED and UTC and have bounds on
 * statements, locks and idle transactions. The caller ends it with `destroy()`.
 */
export async function createDataSource(options: DataSourceOptions): Promise<DataSource> {
  if (options.poolSize < fewestConnections) throw new Error(`poolSize must be at least ${fewestConnections}`);
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: [...options.entities],
    migrations: options.migrations.map(({ timestamp, name, sql }) => sqlMigration(timestamp, name, sql)),
    migrationsTableName: 'migration',
    synchronize: false,
    installExtensions: false,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    connectTimeoutMS: connectTimeoutMs,
    maxQueryExecutionTime: slowQueryMs,
    logger: typeOrmLogger(options.logger),
    poolErrorHandler: (error: unknown) => options.logger.warn({ err: error }, 'idle database connection lost'),
    extra: {
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      idleTimeoutMillis: idleConnectionMs,
      keepAlive: true,
      options: '-c default_transaction_isolation=read\\ committed -c timezone=UTC',
    },
  });
  await dataSource.initialize();
  try {
    const done = await migrate(dataSource, options.migrations, options.afterMigrations);
    if (done.length > 0) options.logger.info({ migrations: done }, 'schema brought up to date');
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Statements are logged, their parameters never: they hold personal data. */
function typeOrmLogger(log: DatabaseLog): TypeOrmLogger {
  return {
    logQuery: () => undefined,
    logQueryError: (error, sql) => log.debug({ err: error, sql }, 'query failed'),
    logQuerySlow: (elapsedMs, sql) => log.warn({ elapsedMs, sql }, 'slow query'),
    logSchemaBuild: (text) => log.debug({}, text),
    logMigration: (text) => log.info({}, text),
    log: (level, text: unknown) => (level === 'warn' ? log.warn({}, String(text)) : log.debug({}, String(text))),
  };
}
