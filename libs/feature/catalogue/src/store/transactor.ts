import type { Sql } from '@tongban/journal';

/** Runs statements in one transaction; what it throws has rolled back. */
export interface Transactor {
  run<T>(body: (sql: Sql) => Promise<T>): Promise<T>;
}
