import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { inTransaction, type Transaction } from './transaction.js';

/** One step of the schema. Written once; a landed text never changes. */
export interface SqlMigration {
  /** Milliseconds since 1970, 13 digits, rising over all libraries. */
  readonly timestamp: number;
  /** A word or two in CamelCase. */
  readonly name: string;
  /** Statements; run in one transaction with all other pending steps. */
  readonly sql: string;
}

const lockKey = 7_331_802_455_914n;
const lockWaitTimeoutMs = 120_000;
const lockPollMs = 250;
const migrationStatementTimeoutMs = 600_000;
const migrationLockTimeoutMs = 60_000;

const idOf = ({ timestamp, name }: SqlMigration): string => `${name}${timestamp}`;
const digestOf = ({ sql }: SqlMigration): string => createHash('sha256').update(sql).digest('hex');

/** The class TypeORM runs for one SQL step; TypeORM reads the timestamp off the end of the name. */
export function sqlMigration(timestamp: number, name: string, sql: string): new () => MigrationInterface {
  if (!/^\d{13}$/.test(String(timestamp))) throw new Error(`migration ${name}: timestamp must be 13 digits`);
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new Error(`migration ${name}: name must be letters and digits`);
  const step = { timestamp, name, sql };
  return class implements MigrationInterface {
    readonly name = idOf(step);
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`set local statement_timeout = ${migrationStatementTimeoutMs}`);
      await runner.query(`set local lock_timeout = ${migrationLockTimeoutMs}`);
      await runner.query(sql);
      await runner.query('insert into migration_digest (id, digest) values ($1, $2)', [idOf(step), digestOf(step)]);
    }
    down(): Promise<void> {
      return Promise.reject(new Error(`migration ${idOf(step)} goes one way; restore a backup instead`));
    }
  };
}

/**
 * Brings the schema up to `steps`, all pending ones in one transaction, then runs `afterwards` in one of its own. Several
 * hosts may start at once: one works, the others wait for it up to {@link lockWaitTimeoutMs}.
 *
 * @returns the ids of the steps that were run.
 * @throws Error when the wait is over, a step fails, or the text of a landed step was changed.
 */
export async function migrate(
  dataSource: DataSource,
  steps: readonly SqlMigration[],
  afterwards?: (tx: Transaction) => Promise<void>,
): Promise<string[]> {
  if (steps.length === 0 && afterwards === undefined) return [];
  const keeper = dataSource.createQueryRunner();
  try {
    await takeLock(keeper);
    try {
      await keeper.query(
        'create table if not exists migration_digest (id text constraint migration_digest_pk primary key, digest text not null)',
      );
      await refuseChangedSteps(keeper, steps);
      const done = await dataSource.runMigrations({ transaction: 'all' });
      if (afterwards !== undefined) await inTransaction(dataSource, afterwards);
      return done.map((migration) => migration.name);
    } finally {
      await keeper.query('select pg_advisory_unlock($1)', [lockKey.toString()]);
    }
  } finally {
    await keeper.release();
  }
}

async function takeLock(keeper: QueryRunner): Promise<void> {
  const attempts = Math.ceil(lockWaitTimeoutMs / lockPollMs);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const rows = (await keeper.query('select pg_try_advisory_lock($1) as taken', [lockKey.toString()])) as {
      taken: boolean;
    }[];
    if (rows[0]?.taken === true) return;
    await sleep(lockPollMs);
  }
  throw new Error(`another process has been migrating this database for ${lockWaitTimeoutMs} ms`);
}

async function refuseChangedSteps(keeper: QueryRunner, steps: readonly SqlMigration[]): Promise<void> {
  const rows = (await keeper.query('select id, digest from migration_digest')) as { id: string; digest: string }[];
  const landed = new Map(rows.map(({ id, digest }) => [id, digest]));
  const changed = steps.filter((step) => {
    const digest = landed.get(idOf(step));
    return digest !== undefined && digest !== digestOf(step);
  });
  if (changed.length > 0) throw new Error(`landed migrations were edited: ${changed.map(idOf).join(', ')}`);
}
