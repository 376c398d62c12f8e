import type { City } from './city.js';
import { startOf } from './processes.js';
import { until } from './wait.js';

const deathTimeoutMs = 20_000;
const backTimeoutMs = 60_000;
const readyAskTimeoutMs = 2_000;

function pidOf(city: City, name: string): number {
  const found = city.folder.run().processes.find((process) => process.name === name);
  if (found === undefined) throw new Error(`the run file has no process ${name}`);
  return found.stamp.pid;
}

async function killed(what: string, pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(`${what} to be gone`, deathTimeoutMs, () => (startOf(pid) === undefined ? true : undefined));
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(readyAskTimeoutMs) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

export const ready = (city: City, name: string): Promise<true> =>
  until(`${name} to be ready`, backTimeoutMs, async () => ((await isReady(city.address(name))) ? true : undefined));

/** Waits until the launcher has written down another process under that name. */
const startedAgain = (city: City, name: string, pid: number): Promise<true> =>
  until(`the launcher to start ${name} again`, backTimeoutMs, () => {
    const now = city.folder.run().processes.find((process) => process.name === name);
    return now !== undefined && now.stamp.pid !== pid ? true : undefined;
  });

/** kill -9, whenever it hits; the supervisor starts it again. `meanwhile` runs while it is away. */
export async function killApp(
  city: City,
  name: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const pid = pidOf(city, name);
  await killed(name, pid);
  await meanwhile();
  await startedAgain(city, name, pid);
  await ready(city, name === 'identity-dev' ? '身份认证' : name);
}

/** kill -9 of a server's first process; the launcher starts it again on the same data and address, and says so. */
export async function loseServer(city: City, process: 'postgresql' | 'nats-server', told: string): Promise<void> {
  const pid = pidOf(city, process);
  await killed(told, pid);
  await startedAgain(city, process, pid);
  await until(`the launcher to say that ${told} is back`, backTimeoutMs, () =>
    city.told.includes(`${told} 意外退出`) && city.told.includes(`${told} 已恢复`) ? true : undefined,
  );
}
