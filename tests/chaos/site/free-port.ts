import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Below the ports that the system gives to connections (32,768 and up): nobody takes one of these by chance. */
const lowest = 20_000;
const highest = 32_000;
const mostTries = 200;
const given = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port that nobody holds and that was given to nobody else in this process. */
export async function freePort(): Promise<number> {
  for (let turn = 0; turn < mostTries; turn++) {
    const port = randomInt(lowest, highest);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} in ${mostTries} tries`);
}
