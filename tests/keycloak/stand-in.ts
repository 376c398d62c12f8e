import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the contract is what this app and the real server share
import { startIdentity, type RunningIdentity } from '../../apps/identity-dev/src/server.js';
import { realmFile } from './keycloak.js';
import type { TestedProvider, TestPerson } from './provider.js';

const host = '127.0.0.1';
/** Longer than the first lock-out of the realm file. */
const lockoutMs = 61_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The development provider in this process, serving the same realm file. */
export class StandIn implements TestedProvider {
  readonly #persons = new Map<string, TestPerson>();
  #running: RunningIdentity | undefined;
  #keys = 0;
  #aheadMs = 0;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async open(): Promise<StandIn> {
    const made = new StandIn(await mkdtemp(join(tmpdir(), 'tongban-stand-in-')), await freePort());
    await made.#writePersons();
    await made.#start();
    return made;
  }

  get url(): string {
    return `http://${host}:${this.port}`;
  }

  async addPerson(person: TestPerson): Promise<void> {
    this.#persons.set(person.username, person);
    await this.#writePersons();
  }

  async removePerson(username: string): Promise<void> {
    this.#persons.delete(username);
    await this.#writePersons();
  }

  async passLockout(): Promise<void> {
    this.#aheadMs += lockoutMs;
  }

  async rotateKey(): Promise<void> {
    this.#keys++;
    await this.#running?.stop();
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#running?.stop();
    await rm(this.folder, { recursive: true });
  }

  #writePersons(): Promise<void> {
    return writeFile(join(this.folder, 'users.json'), JSON.stringify([...this.#persons.values()]));
  }

  async #start(): Promise<void> {
    const config = {
      host,
      port: this.port,
      url: this.url,
      realmFile,
      usersFile: join(this.folder, 'users.json'),
      keyFile: join(this.folder, `key-${this.#keys}.json`),
    };
    const clock = { now: () => Date.now() + this.#aheadMs };
    this.#running = await startIdentity(config, { clock, log: () => undefined });
  }
}
