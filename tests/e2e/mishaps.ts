import { setTimeout as sleep } from 'node:timers/promises';
import { startNats, startPostgres, type Nats, type Postgres } from '@tongban/platform/local';
import { natsServerBinary, postgresBinDirectory } from '@tongban/testkit';
import type { City } from './city.js';
import { startOf } from './processes.js';
import { until } from './wait.js';

const deathTimeoutMs = 20_000;
const backTimeoutMs = 60_000;
const readyAskTimeoutMs = 2_000;
const awayMs = 1_500;
const maxConnections = 200;

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

/** kill -9, whenever it hits; the supervisor starts it again. `meanwhile` runs while it is away. */
export async function killApp(
  city: City,
  name: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const pid = pidOf(city, name);
  await killed(name, pid);
  await meanwhile();
  await until(`the supervisor to start ${name} again`, backTimeoutMs, () => {
    const now = city.folder.run().processes.find((process) => process.name === name);
    return now !== undefined && now.stamp.pid !== pid ? true : undefined;
  });
  await ready(city, name === 'identity-dev' ? '身份认证' : name);
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** kill -9 of PostgreSQL's first process, and a new one on the same data and port after a while. */
export async function loseDatabase(city: City): Promise<Postgres> {
  await killed('PostgreSQL', pidOf(city, 'postgresql'));
  await sleep(awayMs);
  return startPostgres({
    directory: city.folder.file('postgres'),
    binDirectory: postgresBinDirectory(),
    port: portOf(city.address('PostgreSQL')),
    maxConnections,
  });
}

/** kill -9 of the hub, and a new one on the same store and ports after a while. */
export async function loseHub(city: City): Promise<Nats> {
  await killed('nats-server', pidOf(city, 'nats-server'));
  await sleep(awayMs);
  return startNats({
    directory: city.folder.file('nats'),
    binary: natsServerBinary(),
    port: portOf(city.address('nats-server')),
  });
}
