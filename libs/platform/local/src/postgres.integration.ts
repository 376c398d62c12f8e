import { jest } from '@jest/globals';
import { postgresBinDirectory } from '@tongban/testkit';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from './postgres.js';
import { isAlive, waitUntil } from './processes.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);
const root = mkdtempSync(join(tmpdir(), 'tongban-local-'));
const options = { directory: join(root, 'postgres'), binDirectory: postgresBinDirectory(), durable: false };
let running: Postgres;

const ask = async (url: string, sql: string): Promise<unknown> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  chmodSync(root, 0o755); // open to the user whom PostgreSQL runs as when we are root
  running = await startPostgres(options);
});

afterAll(async () => {
  await running.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('local PostgreSQL', () => {
  it('makes databases, again without complaint', async () => {
    const names = ['one', 'one', 'with "quotes" 中'];
    const urls = await Promise.all(names.map((name) => running.createDatabase(name)));
    expect(await ask(urls[2]!, 'select current_database()')).toBe('with "quotes" 中');
  });

  it('asks for the password, which nobody else can read', async () => {
    expect(statSync(join(options.directory, 'password')).mode & 0o777).toBe(0o600);
    const wrong = running.urlOf('postgres').replace(/:[^:@]+@/, ':wrong@');
    await expect(ask(wrong, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('runs as an unprivileged user in a process group of its own', () => {
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThan(0);
    const stat = readFileSync(`/proc/${running.pid}/stat`, 'utf8');
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])).toBe(running.pid);
  });

  it('is adopted by the next launcher', async () => {
    const again = await startPostgres(options);
    expect(again).toMatchObject({ adopted: true, pid: running.pid, port: running.port });
  });

  it('keeps its data and port from stop to start', async () => {
    const url = await running.createDatabase('kept');
    await ask(url, 'create table t as select 42 as n');
    await running.stop();
    expect(isAlive(running.pid)).toBe(false);
    const before = running;
    running = await startPostgres(options);
    expect(running).toMatchObject({ adopted: false, port: before.port });
    expect(await ask(url, 'select n from t')).toBe(42);
  });

  it('starts after a kill and after its number went to another program', async () => {
    process.kill(running.pid, 'SIGKILL');
    await waitUntil(() => !isAlive(running.pid), 5_000);
    const file = join(running.dataDirectory, 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    running = await startPostgres(options);
    expect(running.adopted).toBe(false);
    await running.stop();
    writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    running = await startPostgres(options);
    expect(await ask(running.urlOf('postgres'), 'select 1')).toBe(1);
  });

  it('puts the data where its user can enter, and says so', async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const said: string[] = [];
    const log = (line: string): number => said.push(line);
    const server = await startPostgres({ ...options, directory: join(closed, 'postgres'), log });
    await server.stop();
    const asRoot = process.getuid?.() === 0;
    expect(server.dataDirectory.startsWith(closed)).toBe(!asRoot);
    expect(said.some((line) => line.includes('cannot enter'))).toBe(asRoot);
    rmSync(dirname(server.dataDirectory), { recursive: true });
  });

  it('names a port that is in use', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as AddressInfo).port));
    });
    const other = { ...options, directory: join(root, 'other'), port };
    await expect(startPostgres(other)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
    await new Promise((resolve) => holder.close(resolve));
  });
});
