import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { asRefusal, isConnectionLost, mayBeRetried } from './failures.js';

/** All that code below the edge sees of the database. Rows only: use `returning` to see what a statement touched. */
export interface Transaction {
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
}

const mostAttempts = 4;
const firstPauseMs = 20;

/**
 * Runs `work` in one READ COMMITTED transaction and commits when it returns; a thrown error rolls back. Deadlocks and
 * serialization failures run `work` again, at most {@link mostAttempts} times in all, so it must do nothing but queries.
 * A query that failed fails the transaction even if `work` swallowed the error: PostgreSQL would answer its COMMIT with a
 * silent rollback.
 *
 * @throws RefusalError service.unavailable when the connection is lost (then the commit may or may not have happened:
 *   repeat with the same key), service.busy when locks or the server's limits stand in the way.
 */
export async function inTransaction<T>(dataSource: DataSource, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(dataSource, work);
    } catch (error) {
      if (attempt === mostAttempts || !mayBeRetried(error)) throw asRefusal(error);
      // Two transactions that met in a deadlock must not meet again.
      await sleep(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

async function attemptOnce<T>(dataSource: DataSource, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  let failure: { readonly error: unknown } | undefined;
  const tx: Transaction = {
    query: async <Row>(sql: string, params?: readonly unknown[]) => {
      try {
        return await rowsOf<Row>(runner, sql, params);
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
  };
  try {
    // READ COMMITTED comes from the session (createDataSource), which saves a round trip per transaction.
    await runner.startTransaction();
    const result = await work(tx);
    if (failure !== undefined) throw failure.error;
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await abandon(runner, error);
    throw failure?.error ?? error;
  } finally {
    await runner.release();
  }
}

async function rowsOf<Row>(runner: QueryRunner, sql: string, params?: readonly unknown[]): Promise<Row[]> {
  const { records } = await runner.query(sql, params === undefined ? undefined : [...params], true);
  return (records ?? []) as Row[];
}

/** Rolls back; a connection that cannot even do that is closed, so that the pool does not hand it out again. */
async function abandon(runner: QueryRunner, error: unknown): Promise<void> {
  if (!isConnectionLost(error)) {
    if (!runner.isTransactionActive) return;
    const rolledBack = await runner.rollbackTransaction().then(
      () => true,
      () => false,
    );
    if (rolledBack) return;
  }
  const client = await runner.connect().then(
    (connection) => connection as Client,
    () => undefined,
  );
  // Not awaited: a server that is away answers no farewell.
  if (client !== undefined) void client.end().catch(() => undefined);
}

/** Single statements outside a transaction, for reading. Failures are mapped as in {@link inTransaction}. */
export const reading = (dataSource: DataSource): Transaction => ({
  query: async <Row>(sql: string, params?: readonly unknown[]) => {
    const runner = dataSource.createQueryRunner();
    try {
      return await rowsOf<Row>(runner, sql, params);
    } catch (error) {
      if (isConnectionLost(error)) await abandon(runner, error);
      throw asRefusal(error);
    } finally {
      await runner.release();
    }
  },
});
