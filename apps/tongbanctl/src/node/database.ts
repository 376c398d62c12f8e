import type { Sql } from '@tongban/journal';
import { Client } from 'pg';

const connectTimeoutMs = 5_000;
/** Reading a large node's rows; each statement handles one page. */
const statementTimeoutMs = 120_000;
/** Another transaction stood in the way: deadlock, lock time-out. */
const passing = ['40P01', '55P03', '40001'];
const maxAttempts = 10;

/** One connection as the owner of a database. */
export class OwnerDatabase {
  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<OwnerDatabase> {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      application_name: 'tongbanctl',
    });
    client.on('error', () => undefined); // the query under way rejects
    await client.connect();
    return new OwnerDatabase(client);
  }

  readonly sql: Sql = {
    query: async <Row>(text: string, params: readonly unknown[] = []) =>
      (await this.client.query(text, [...params])).rows as Row[],
  };

  /** Commits when the body returns. Tried again, a few times, when others stood in the way. */
  async run<T>(body: (sql: Sql) => Promise<T>, isolation = 'read committed'): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.client.query(`begin isolation level ${isolation}`);
      try {
        const result = await body(this.sql);
        await this.client.query('commit');
        return result;
      } catch (error) {
        await this.client.query('rollback').catch(() => undefined);
        if (attempt === maxAttempts || !passing.includes(String((error as { code?: unknown }).code))) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
