/** The province beside the gateway's process, and its front-end database as a started city has it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import { exportJWK, generateKeyPair } from 'jose';
import pg from 'pg';

const repository = join(import.meta.dirname, '..', '..', '..');

/** Apps and another library's test tools are found by their path and not imported. */
export const load = async <T>(...path: string[]): Promise<T> => (await import(join(repository, ...path))) as T;
interface SandboxModules {
  readConfig(environment: Readonly<Record<string, string>>): object;
  startSandbox(
    config: object,
    clock: object,
    log: object,
  ): Promise<{ url: string; grpc: string; stop(): Promise<void> }>;
}
interface CityModules {
  provideDatabases(
    postgres: { createDatabase(name: string): Promise<string> },
    passwords: Readonly<Record<string, { owner: string; app: string }>>,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, { owner: string; app: string }>>;
}

/** The front-end database as a started city has it: the stand-in makes the tables, the gateway's role writes rows. */
export async function openFrontOfCity(): Promise<{ owner: string; app: string }> {
  const { provideDatabases } = await load<CityModules>('apps', 'tongbanctl', 'src', 'city', 'databases.ts');
  const name = 'province-front';
  // Names and roles are those of a city, one after the other on the server of the tests.
  const createDatabase = async (database: string): Promise<string> => {
    const url = new URL(await freshDatabase());
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.query(`create database ${database}`);
    await admin.end();
    url.pathname = `/${database}`;
    return url.href;
  };
  const passwords = { [name]: { owner: 'test-owner', app: 'test-app' } };
  return (await provideDatabases({ createDatabase }, passwords, [name])).get(name)!;
}

/** The stand-in of the province over that database, in `folder`, and the key that it knows the gateway by. */
export async function startProvince(frontUrl: string, folder: string, logger: Logger) {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'gateway-3711' };
  const { d: _private, ...publicKey } = key;
  await writeFile(join(folder, 'clients.json'), JSON.stringify({ keys: [publicKey] }));
  const source = ['apps', 'province-sandbox', 'src'];
  const { readConfig } = await load<Pick<SandboxModules, 'readConfig'>>(...source, 'config.ts');
  const { startSandbox } = await load<Pick<SandboxModules, 'startSandbox'>>(...source, 'start.ts');
  const config = readConfig({
    TONGBAN_HTTP_LISTEN: '127.0.0.1:0',
    TONGBAN_SANDBOX_GRPC_LISTEN: '127.0.0.1:0',
    TONGBAN_DATABASE_URL: await freshDatabase(),
    TONGBAN_SANDBOX_FRONT_URL: frontUrl,
    TONGBAN_SANDBOX_AUDIT_INTERVAL_MS: '200',
    TONGBAN_PROVINCE_CLIENT_KEYS: join(folder, 'clients.json'),
    TONGBAN_PROVINCE_SIGNING_KEY: join(folder, 'province.json'),
  });
  const sandbox = await startSandbox(config, { now: () => Date.now() }, logger);
  return { sandbox, provinceKeyText: JSON.stringify(key) };
}
