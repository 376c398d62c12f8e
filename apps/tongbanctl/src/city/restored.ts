import { renewIncarnation } from '@tongban/federation/nest';
import { Client } from 'pg';

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 20_000;

/**
 * Tells a database that it was put back to an earlier state: run after the restore and before its host starts. The
 * neighbours then give back what they hold, and nothing is written in the place of a lost entry meanwhile.
 *
 * @param url the database as its owner
 * @returns its new incarnation
 */
export async function markRestored(url: string): Promise<string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  client.on('error', () => undefined); // the query under way rejects
  try {
    await client.connect();
    return await renewIncarnation({
      query: async <Row>(text: string, params: readonly unknown[] = []) =>
        (await client.query(text, [...params])).rows as Row[],
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
