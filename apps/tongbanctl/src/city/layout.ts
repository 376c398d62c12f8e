import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeCode } from '@tongban/kernel';
import { appNames, hostNames, type AppName, type HostName } from './plan.js';

/** Where the state of one city lies. */
export interface Layout {
  readonly directory: string;
  readonly runFile: string;
  readonly lockFile: string;
  readonly postgres: string;
  readonly nats: string;
  readonly databases: string;
  readonly keyDirectory: string;
  /** The city's list of divisions: the cut one, and what has changed since. */
  readonly divisions: string;
  readonly provinceKey: string;
  readonly provinceClients: string;
  readonly provinceSigningKey: string;
  readonly provinceReceiptKeys: string;
  readonly demoUsers: string;
  readonly identityKey: string;
  /** Folder of the two shares of the archive office's key. */
  readonly escrow: string;
  keystore(host: HostName): string;
  /** What a host was last started with. */
  settings(host: HostName): string;
  blobs(host: HostName): string;
  log(app: AppName): string;
}

export function layoutOf(stateDirectory: string, city: NodeCode): Layout {
  const directory = join(stateDirectory, city);
  const secret = (name: string): string => join(directory, 'secrets', name);
  return {
    directory,
    runFile: join(directory, 'run.json'),
    lockFile: join(directory, 'launcher.lock'),
    postgres: join(directory, 'postgres'),
    nats: join(directory, 'nats'),
    databases: secret('databases.json'),
    keyDirectory: join(directory, 'key-directory.json'),
    divisions: join(directory, 'divisions.json'),
    provinceKey: secret('province-gateway.jwk'),
    provinceClients: join(directory, 'province-clients.json'),
    provinceSigningKey: secret('province-signing.jwk'),
    provinceReceiptKeys: join(directory, 'province-receipt-keys.json'),
    demoUsers: secret('demo-users.json'),
    identityKey: secret('identity-key.json'),
    escrow: secret('escrow'),
    keystore: (host) => secret(`keystore-${host}.json`),
    settings: (host) => secret(`${host}.env`),
    blobs: (host) => join(directory, 'blobs', host),
    log: (app) => join(directory, 'logs', `${app}.log`),
  };
}

export function makeFolders(layout: Layout): void {
  mkdirSync(layout.directory, { recursive: true });
  mkdirSync(join(layout.directory, 'secrets'), { recursive: true, mode: 0o700 });
  mkdirSync(join(layout.directory, 'logs'), { recursive: true });
  for (const host of hostNames) mkdirSync(layout.blobs(host), { recursive: true, mode: 0o700 });
}

export const secretMode = 0o600;
export const publicMode = 0o644;

/** Replaces a file in one move, so that nobody reads half of it. */
export function writeWhole(file: string, content: string, mode: number): void {
  const staged = `${file}.new`;
  writeFileSync(staged, content, { mode });
  chmodSync(staged, mode);
  renameSync(staged, file);
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export const logFiles = (layout: Layout): string[] => appNames.map((app) => layout.log(app));
