import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../e2e/wait.js';
import { DatabaseServer, kill } from './database-server.js';

const testTimeoutMs = 120_000;
const backTimeoutMs = 60_000;
const database = 'trial';

describe('the database server of one host', () => {
  let folder: string;
  let server: DatabaseServer;
  const told: string[] = [];

  const add = (n: number): Promise<unknown> => server.query(database, 'insert into kept values ($1)', [n]);
  const kept = async (): Promise<number[]> =>
    (await server.query<{ n: number }>(database, 'select n from kept order by n')).map(({ n }) => n);

  beforeAll(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'tongban-chaos-test-'));
    chmodSync(folder, 0o711); // PostgreSQL may run as a user of its own, who must be able to pass through
    const options = { told: (what: string) => void told.push(what), smallLog: true };
    server = await DatabaseServer.open('trial', join(folder, 'postgres'), options);
    await server.provide(database, { owner: 'one', app: 'two' });
    await server.query(database, 'create table kept (n integer primary key)');
  }, testTimeoutMs);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, testTimeoutMs);

  it(
    'comes back by itself after kill -9, on its port, with everything that was committed',
    async () => {
      await add(1);
      const [{ pid, port }, restarts] = [server, server.restarts];
      kill(pid, 'SIGKILL');
      await until('another process', backTimeoutMs, () => (server.restarts > restarts ? true : undefined));
      expect([server.port, server.pid !== pid, await kept()]).toEqual([port, true, [1]]);
      expect(told.at(-1)).toBe(`PostgreSQL of trial is back (${server.pid})`);
    },
    testTimeoutMs,
  );

  it(
    'goes back to a base backup that was taken while it worked, and has forgotten what came later',
    async () => {
      const backup = join(folder, 'backup');
      await server.backUp(backup);
      await add(2);
      await server.hold();
      await expect(kept()).rejects.toThrow();
      server.putBack(backup);
      await server.release();
      expect(await kept()).toEqual([1]);
      await add(3);
      expect(await kept()).toEqual([1, 3]);
    },
    testTimeoutMs,
  );
});
