import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import type { Layout } from './layout.js';
import { readRun, stopLeftOvers } from './run-file.js';

/** A folder that the launcher of PostgreSQL made outside the state: `tongban-<hash>/data`. */
const isOurOutsideFolder = (data: string): boolean =>
  isAbsolute(data) && basename(data) === 'data' && /^tongban-[0-9a-f]{12}$/.test(basename(dirname(data)));

/** Drops everything of one city: processes left over, PostgreSQL's data wherever it lies, the state folder. */
export async function dropState(layout: Layout): Promise<void> {
  if (!existsSync(layout.directory)) return;
  await stopLeftOvers(layout, false);
  const { postgresData } = readRun(layout);
  if (postgresData !== undefined && isOurOutsideFolder(postgresData)) {
    rmSync(dirname(postgresData), { recursive: true, force: true });
  }
  rmSync(layout.directory, { recursive: true, force: true });
}
