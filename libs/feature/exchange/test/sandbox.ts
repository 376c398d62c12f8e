/** The stand-in of the provincial platform in this process. It is an app, so it is found by its path and not imported. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@tongban/kernel';
import { createLogger, type Logger } from '@tongban/platform/telemetry';
import type { JWK } from 'jose';

const folderOfApp = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'province-sandbox', 'src');

interface Running {
  readonly url: string;
  readonly grpc: string | undefined;
  stop(): Promise<void>;
}
interface ConfigModule {
  readConfig(environment: Readonly<Record<string, string>>): object;
}
interface StartModule {
  startSandbox(config: object, clock: Clock, logger: Logger): Promise<Running>;
}

export interface ProvinceRow {
  readonly kind: string;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly outcome: string;
}

export interface TestSandbox extends Running {
  behave(command: object): Promise<void>;
  /** Sends a message down. */
  plant(message: object): Promise<void>;
  /** Every version of every row of a case that is on file, in order. */
  rowsOf(number: string): Promise<ProvinceRow[]>;
}

export async function openSandbox(databaseUrl: string, gateway: JWK, now: () => number): Promise<TestSandbox> {
  const { readConfig } = (await import(join(folderOfApp, 'config.ts'))) as ConfigModule;
  const { startSandbox } = (await import(join(folderOfApp, 'start.ts'))) as StartModule;
  const folder = await mkdtemp(join(tmpdir(), 'exchange-'));
  const clients = join(folder, 'clients.json');
  const { d: _private, ...publicKey } = gateway;
  await writeFile(clients, JSON.stringify({ keys: [publicKey] }));
  const config = readConfig({
    TONGBAN_HTTP_LISTEN: '127.0.0.1:0',
    TONGBAN_DATABASE_URL: databaseUrl,
    TONGBAN_PROVINCE_CLIENT_KEYS: clients,
    TONGBAN_PROVINCE_SIGNING_KEY: join(folder, 'province.json'),
    TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
    TONGBAN_SANDBOX_GRPC_LISTEN: '127.0.0.1:0',
  });
  const logger = createLogger({ service: 'province-sandbox', level: 'error' });
  const running = await startSandbox(config, { now }, logger);
  const order = async (path: string, command: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${running.url}${path}`, { method: 'POST', headers, body: JSON.stringify(command) });
    if (answer.status !== 200) throw new Error(`the sandbox does not obey: ${answer.status}`);
  };
  return {
    url: running.url,
    grpc: running.grpc,
    behave: (command) => order('/sandbox/behaviour', command),
    plant: (message) => order('/sandbox/inbox', message),
    async rowsOf(number) {
      const answer = await fetch(`${running.url}/exchange/v1/cases/${number}`);
      return answer.status === 404 ? [] : ((await answer.json()) as { records: ProvinceRow[] }).records;
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
