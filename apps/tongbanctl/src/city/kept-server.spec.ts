import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeptServer, type ServerHandle } from './kept-server.js';
import { isRunning, stampOf } from './process-stamp.js';

const waitMs = 10_000;
const pollMs = 20;

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited for ${what}`);
    await sleep(pollMs);
  }
}

describe('a kept server', () => {
  const children: ChildProcess[] = [];
  const told: string[] = [];

  const start = (): ServerHandle => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    children.push(child);
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    };
    return { pid: child.pid!, stop };
  };
  const keep = (startAgain: () => Promise<ServerHandle>): KeptServer<ServerHandle> =>
    new KeptServer(start(), {
      name: '服务',
      logFile: '/log',
      startAgain,
      tell: (text) => told.push(text),
      changed: () => undefined,
    });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    told.length = 0;
  });

  it('is started again when it was killed, says so, and is stopped for good', async () => {
    const server = keep(() => Promise.resolve(start()));
    const first = server.current.pid;
    process.kill(first, 'SIGKILL');
    await until('another process', () => server.current.pid !== first);
    await until('the word of it', () => told.length === 2);
    expect(told).toEqual([
      '服务 意外退出（进程已不存在），1 秒后用原有数据重启，日志 /log',
      `服务 已恢复（进程 ${server.current.pid}）`,
    ]);
    const stamp = stampOf(server.current.pid)!;
    await server.stop();
    expect([isRunning(stamp), children.length, server.gaveUp]).toEqual([false, 2, false]);
  });

  it('counts a start that failed as a death', async () => {
    let starts = 0;
    const server = keep(() => {
      starts += 1;
      return starts === 1 ? Promise.reject(new Error('端口被占用')) : Promise.resolve(start());
    });
    process.kill(server.current.pid, 'SIGKILL');
    await until('the second try', () => starts === 2);
    await until('the word of it', () => told.length === 3);
    expect(told[1]).toBe('服务 意外退出（重启失败：端口被占用），2 秒后用原有数据重启，日志 /log');
    await server.stop();
  });

  it('is not started again once it is stopped', async () => {
    let starts = 0;
    const server = keep(() => {
      starts += 1;
      return Promise.resolve(start());
    });
    process.kill(server.current.pid, 'SIGKILL');
    await until('its end to be noticed', () => told.length === 1);
    await server.stop();
    await sleep(1_200);
    expect(starts).toBe(0);
  });
});
