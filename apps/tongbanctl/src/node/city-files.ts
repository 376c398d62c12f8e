import { existsSync, readFileSync } from 'node:fs';
import { checkChange, parseDivisions, type DivisionTree, type UnsignedChange } from '@tongban/domain/division';
import { localDate } from '@tongban/domain/calendar';
import { requireGenuine, signChange } from '@tongban/federation/nest';
import { parseKeyDirectory, parseKeystore, type KeyDirectory } from '@tongban/journal';
import { isNodeCode, type NodeCode, type Result } from '@tongban/kernel';
import { listChange } from '../city/divisions.js';
import { SetupError } from '../city/environment.js';
import { OwnerDatabase } from './database.js';
import { readSettings, setting } from './env-file.js';

/** What the city's host keeps of all its nodes. */
export interface CityFiles {
  readonly city: NodeCode;
  readonly keystore: string;
  readonly directory: string;
  readonly divisions: string;
  readonly databaseOwnerUrl: string;
}

/** @param file environment of the city's host. @throws SetupError */
export function cityFilesIn(file: string): CityFiles {
  const settings = readSettings(file);
  const city = setting(settings, 'TONGBAN_CITY', file);
  if (!isNodeCode(city)) throw new SetupError(`${file} 中 TONGBAN_CITY 不是区划代码`);
  return {
    city,
    keystore: setting(settings, 'TONGBAN_KEYSTORE', file),
    directory: setting(settings, 'TONGBAN_KEY_DIRECTORY', file),
    divisions: setting(settings, 'TONGBAN_DIVISIONS', file),
    databaseOwnerUrl: setting(settings, 'TONGBAN_DATABASE_OWNER_URL', file),
  };
}

export const directoryOf = ({ directory, city }: CityFiles): KeyDirectory =>
  parseKeyDirectory(readFileSync(directory, 'utf8'), city);

/** The city's list with the newest names, as far as it is genuine. */
export function divisionsOf(files: CityFiles): DivisionTree {
  const divisions = parseDivisions(JSON.parse(readFileSync(files.divisions, 'utf8')));
  requireGenuine(divisions, directoryOf(files));
  return divisions;
}

export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new SetupError(`${result.refusal.code}：${result.refusal.detail}`);
  return result.value;
}

/** Checks, signs and lists a change; running hosts take it up within seconds. @throws SetupError with the reason */
export function list(files: CityFiles, change: UnsignedChange): void {
  orThrow(checkChange(divisionsOf(files), change, localDate(change.at)));
  listChange(files.divisions, signChange(parseKeystore(readFileSync(files.keystore, 'utf8')), files.city, change));
}

const lockName = 'tongbanctl: divisions and keys of the city';

/**
 * One command at a time changes the city's files: two at once would forget each other's changes. The lock is the
 * database's, so it goes with a command that is killed.
 * @throws SetupError while another one is at work
 */
export async function withCityLock<T>({ databaseOwnerUrl }: CityFiles, work: () => Promise<T> | T): Promise<T> {
  const database = await OwnerDatabase.open(databaseOwnerUrl).catch((cause: unknown) => {
    throw new SetupError('连不上本市服务的数据库，无法确认没有别的命令在变更密钥和区划，请先启动数据库', { cause });
  });
  return locked(database, work);
}

/**
 * The same before the city is started: where its database is not up, nobody can hold the lock, for every command that
 * changes the files asks that database for it. A city that was never started has none.
 * @param file environment of the city's host, if it is there already
 */
export async function withCityLockBeforeStart<T>(file: string, work: () => Promise<T> | T): Promise<T> {
  const url = existsSync(file) ? readSettings(file)['TONGBAN_DATABASE_OWNER_URL'] : undefined;
  const database = url === undefined ? undefined : await OwnerDatabase.open(url).catch(() => undefined);
  return database === undefined ? work() : locked(database, work);
}

async function locked<T>(database: OwnerDatabase, work: () => Promise<T> | T): Promise<T> {
  try {
    const [row] = await database.sql.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [lockName],
    );
    if (row?.held !== true) throw new SetupError('另一条变更区划或密钥的命令正在执行，请稍后再试');
    return await work();
  } finally {
    await database.close();
  }
}
