import { federationMigrations } from '@tongban/federation/nest';
import { journalMigrations } from '@tongban/journal';
import { freshDatabase } from '@tongban/testkit';
import { Client } from 'pg';
import { markRestored } from './restored.js';

const incarnationAt = async (url: string): Promise<{ id: string; restored: boolean }> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ id: string; restored: boolean }>('select id, restored from incarnation')).rows[0]!;
  } finally {
    await client.end();
  }
};

describe('a database that was put back', () => {
  it('gets a name that follows all it had before, each time it is told', async () => {
    const url = await freshDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const { sql } of [...journalMigrations, ...federationMigrations]) await client.query(sql);
    await client.end();
    const before = await incarnationAt(url);
    expect(before.restored).toBe(false);
    const first = await markRestored(url);
    expect(await incarnationAt(url)).toEqual({ id: first, restored: true });
    const second = await markRestored(url);
    expect([before.id, first, second]).toEqual([before.id, first, second].toSorted());
    expect(new Set([before.id, first, second]).size).toBe(3);
    expect(await incarnationAt(url)).toEqual({ id: second, restored: true });
  });

  it('has to be there', async () => {
    await expect(markRestored('postgres://nobody:x@127.0.0.1:9/none')).rejects.toThrow();
  });
});
