import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { until } from '../../e2e/wait.js';

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

const answers = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** A peer in a process of its own, like the host it is compared with. */
export async function startPeer(
  root: string,
  name: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly pid: number; stop(): Promise<void> }> {
  const program = join(root, 'dist', 'apps', `${name}.js`);
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', TONGBAN_BENCH_PORT: String(port), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until(`${name} to listen`, startTimeoutMs, () => {
    if (hasEnded()) throw new Error(`${name} has ended`);
    return answers(port);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await until(`${name} to end`, stopTimeoutMs, () => (hasEnded() ? true : undefined));
    },
  };
}
