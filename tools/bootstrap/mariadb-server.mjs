// A MariaDB server with an empty database, for trials and tests: on a free port of this machine, without accounts, and
// gone with the process that started it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapError } from './project.mjs';

const startTimeoutMs = 30_000;
const stopGraceMs = 5_000;
const pollMs = 100;
const logLimit = 4_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    setTimeout(() => socket.destroy(), pollMs).unref();
  });

/** `{url, stop}`; `url` has no database in it yet: create one by name. */
export async function startMariadb(server) {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-mariadb-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const port = await freePort();
  const flags = [
    ...[
      '--no-defaults',
      ...server.arguments,
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      `--socket=${join(folder, 's')}`,
    ],
    ...['--bind-address=127.0.0.1', `--port=${port}`, '--skip-grant-tables', '--skip-networking=0'],
    ...['--character-set-server=utf8mb4', '--innodb-flush-log-at-trx-commit=2', '--innodb-buffer-pool-size=64M'],
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
  const child = spawn(server.path, flags, {
    env: { ...process.env, ...server.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => (log = (log + part).slice(-logLimit)));
  }
  let ended = false;
  const end = new Promise((resolve) => {
    child.once('error', resolve).once('exit', resolve);
  }).then(() => (ended = true));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    const killer = setTimeout(kill, stopGraceMs);
    await end;
    clearTimeout(killer);
    process.removeListener('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waitedMs = 0; waitedMs < startTimeoutMs && !ended; waitedMs += pollMs) {
    if (await listens(port)) return { url: `mysql://root@127.0.0.1:${port}`, stop };
    await sleep(pollMs);
  }
  await stop();
  throw new BootstrapError(`MariaDB did not start: ${log.trim().split('\n').slice(-3).join(' | ')}`);
}
