import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { freshDatabase, natsForTests, postgresForTests, seeded } from './index.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

const queried = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('throw-away servers', () => {
  it('start once for a worker', async () => {
    const [first, second] = [await postgresForTests(), await postgresForTests()];
    expect(second.pid).toBe(first.pid);
    expect((await natsForTests()).pid).toBe((await natsForTests()).pid);
  });

  it('give every asker an empty database of its own', async () => {
    const [left, right] = [await freshDatabase(), await freshDatabase()];
    await queried(left, 'create table kept (n int)');
    const tables = "select tablename from pg_tables where schemaname = 'public'";
    expect(await queried(left, tables)).toEqual([{ tablename: 'kept' }]);
    expect(await queried(right, tables)).toEqual([]);
  });

  it('keep Chinese text in one order on every machine', async () => {
    const rows = await queried(await freshDatabase(), "select '受理' < '办结' collate \"default\" as before");
    expect(rows).toEqual([{ before: '受理' < '办结' }]);
  });
});

describe('seeded', () => {
  it('repeats the values of a seed', () => {
    const seen = (seed: number): number[] => fc.sample(fc.integer(), { ...seeded<number>({ runs: 5 }), seed });
    expect(seen(7)).toEqual(seen(7));
    expect(seen(7)).toHaveLength(5);
  });
});
