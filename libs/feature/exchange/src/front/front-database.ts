import type { Pool as MysqlPool, PoolConnection, RowDataPacket } from 'mysql2/promise';
import { createRequire } from 'node:module';
import pg from 'pg';

export type FrontValue = string | number | null;
export type FrontRow = Readonly<Record<string, string | number | null>>;

/** SQL that both kinds of database read: `?` for values, names without quotes, times as text. */
export interface FrontSql {
  query(text: string, params?: readonly FrontValue[]): Promise<readonly FrontRow[]>;
}

/** A database of the province that both sides work in. Column names of rows come in lower case. */
export interface FrontDatabase {
  readonly kind: 'postgres' | 'mysql';
  read<T>(work: (sql: FrontSql) => Promise<T>): Promise<T>;
  /** In one transaction. */
  write<T>(work: (sql: FrontSql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const poolConnections = 4;
const connectTimeoutMs = 10_000;
const statementTimeoutMs = 60_000;

/** `postgres://…` or `mysql://…` (MySQL and MariaDB). */
export function openFrontDatabase(url: string): FrontDatabase {
  const { protocol } = new URL(url);
  if (protocol === 'postgres:' || protocol === 'postgresql:') return new PostgresFront(url);
  if (protocol === 'mysql:' || protocol === 'mariadb:') return new MysqlFront(url);
  throw new Error('a front-end database is postgres:// or mysql://');
}

const lowerCased = (row: FrontRow): FrontRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));

/** `?` to `$1`, `$2`, …; none of our statements holds a question mark otherwise. */
export function numbered(text: string): string {
  let place = 0;
  return text.replaceAll('?', () => `$${++place}`);
}

class PostgresFront implements FrontDatabase {
  readonly kind = 'postgres';
  private readonly pool: pg.Pool;

  constructor(connectionString: string) {
    this.pool = new pg.Pool({
      ...{ connectionString, max: poolConnections, connectionTimeoutMillis: connectTimeoutMs },
      ...{ statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs },
      // Text as the database writes it: a date must not pass through this machine's time zone.
      types: { getTypeParser: () => (value: string) => value },
    });
    // An idle connection that breaks is replaced at the next use.
    this.pool.on('error', () => undefined);
  }

  async read<T>(work: (sql: FrontSql) => Promise<T>): Promise<T> {
    return work({ query: async (text, params = []) => (await this.pool.query(numbered(text), [...params])).rows });
  }

  async write<T>(work: (sql: FrontSql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const value = await work({
        query: async (text, params = []) => (await client.query(numbered(text), [...params])).rows,
      });
      await client.query('commit');
      return value;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

class MysqlFront implements FrontDatabase {
  readonly kind = 'mysql';
  private readonly pool: MysqlPool;

  constructor(url: string) {
    // Loaded where it is used: every other process would pay 25 MB for it.
    const { createPool } = createRequire(import.meta.url)('mysql2/promise') as typeof import('mysql2/promise');
    this.pool = createPool({
      uri: url.replace(/^mariadb:/, 'mysql:'),
      ...{ connectionLimit: poolConnections, connectTimeout: connectTimeoutMs, charset: 'utf8mb4' },
      dateStrings: true,
      decimalNumbers: false,
    });
  }

  async read<T>(work: (sql: FrontSql) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    try {
      return await work(await this.strict(connection));
    } finally {
      connection.release();
    }
  }

  async write<T>(work: (sql: FrontSql) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    let alive = true;
    try {
      const sql = await this.strict(connection);
      await connection.beginTransaction();
      const value = await work(sql);
      await connection.commit();
      return value;
    } catch (error) {
      alive = await connection.rollback().then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      if (alive) connection.release();
      else connection.destroy();
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** Without the strict mode a value that does not fit is cut to what does, and nobody is told. */
  private async strict(connection: PoolConnection): Promise<FrontSql> {
    await connection.query("set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
    return {
      query: async (sql, params = []) => {
        const [rows] = await connection.execute<RowDataPacket[]>({ sql, timeout: statementTimeoutMs }, [...params]);
        return Array.isArray(rows) ? rows.map((row) => lowerCased(row as FrontRow)) : [];
      },
    };
  }
}
