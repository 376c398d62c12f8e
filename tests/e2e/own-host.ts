import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { freshDatabase } from '@tongban/testkit';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { Client } from 'pg';
import { root, type CityFolder, type HostName } from './city.js';
import { until } from './wait.js';

const readyTimeoutMs = 90_000;
const stopTimeoutMs = 30_000;
const askTimeoutMs = 2_000;

export type Settings = Record<string, string>;

/** The environment that tongbanctl has started a host of the city with. */
export const settingsOf = (folder: CityFolder, host: HostName): Settings =>
  Object.fromEntries(
    readFileSync(folder.file('secrets', `${host}.env`), 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** What an operator prepares for a node: a machine of its own with an empty database, and nothing else. */
export class OwnHost {
  private child: ChildProcess | undefined;

  private constructor(
    readonly node: NodeCode,
    readonly settings: Settings,
    readonly settingsFile: string,
    private readonly logFile: string,
  ) {}

  static async prepare(folder: CityFolder, node: NodeCode, shared: Settings): Promise<OwnHost> {
    const directory = join(folder.stateDirectory, `own-${node}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const ownerUrl = await freshDatabase();
    const role = `app_${randomBytes(6).toString('hex')}`;
    const client = new Client({ connectionString: ownerUrl });
    await client.connect();
    await client.query(`create role ${role} login password 'own'`);
    await client.end();
    const appUrl = Object.assign(new URL(ownerUrl), { username: role, password: 'own' }).href;
    const { TONGBAN_GRPC_LISTEN: listens, ...rest } = shared;
    const settings: Settings = {
      ...rest,
      TONGBAN_NODES: node,
      TONGBAN_DATABASE_URL: appUrl,
      TONGBAN_DATABASE_OWNER_URL: ownerUrl,
      TONGBAN_NATS_CREDENTIALS: join(directory, 'hub.creds'),
      TONGBAN_TLS_IDENTITY: join(directory, 'tls.pem'),
      TONGBAN_INBOX_CONSUMER: `host_own_${node}`,
      TONGBAN_CATALOGUE_CONSUMER: `catalogue_own_${node}`,
      TONGBAN_KEYSTORE: join(directory, 'keystore.json'),
      TONGBAN_BLOB_DIR: join(directory, 'blobs'),
      TONGBAN_HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
      ...(listens === undefined ? {} : { TONGBAN_GRPC_LISTEN: `127.0.0.1:${await freePort()}` }),
    };
    const settingsFile = join(directory, 'host.env');
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(settingsFile, lines.join(''), { mode: 0o600 });
    mkdirSync(settings['TONGBAN_BLOB_DIR']!, { recursive: true, mode: 0o700 });
    return new OwnHost(node, settings, settingsFile, join(directory, 'host.log'));
  }

  get base(): string {
    return `http://${this.settings['TONGBAN_HTTP_LISTEN']}`;
  }

  async start(): Promise<void> {
    const log = openSync(this.logFile, 'a', 0o600);
    const main = join(root, 'dist', 'apps', tierOf(this.node), 'main.js');
    const { PATH, HOME } = process.env;
    this.child = spawn(process.execPath, [main], {
      env: { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }), ...this.settings },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const isReady = async (): Promise<true | undefined> => {
      if (this.child?.exitCode !== null) throw new Error(`the host of ${this.node} ended: ${this.logTail()}`);
      try {
        const answer = await fetch(`${this.base}/health/ready`, { signal: AbortSignal.timeout(askTimeoutMs) });
        await answer.body?.cancel();
        return answer.status === 200 ? true : undefined;
      } catch {
        return undefined;
      }
    };
    await until(`the host of ${this.node} to be ready`, readyTimeoutMs, isReady, () => this.logTail());
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await until(`the host of ${this.node} to stop`, stopTimeoutMs, () =>
      child.exitCode !== null || child.signalCode !== null ? true : undefined,
    );
  }

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.settings['TONGBAN_DATABASE_OWNER_URL']! });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql, [...params])).rows as Row[];
    } finally {
      await client.end();
    }
  }

  private logTail(): string {
    return readFileSync(this.logFile, 'utf8').slice(-3_000);
  }
}
