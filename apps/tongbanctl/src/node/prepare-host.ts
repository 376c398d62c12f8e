import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { writeKeystore } from '../city/keys.js';
import { childEnvironment } from '../city/supervised.js';
import { setting, type Settings } from './env-file.js';

const prepareTimeoutMs = 180_000;

/** A host's environment and the file that it was read from. */
export interface HostFile {
  readonly settings: Settings;
  readonly file: string;
}

/** The node's new host makes its tables and ends. */
export async function prepareHost(
  node: NodeCode,
  { settings, file }: HostFile,
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): Promise<void> {
  const main = join(root, 'dist', 'apps', tierOf(node), 'main.js');
  if (!existsSync(main)) throw new SetupError(`没有程序 ${main}`);
  // The program wants its keystore to be there; without a key of the node it cannot serve yet.
  const keystore = setting(settings, 'TONGBAN_KEYSTORE', file);
  if (!existsSync(keystore)) writeKeystore(keystore, { secrets: [], moved: [] });
  const child = spawn(process.execPath, [main, '--prepare'], {
    env: childEnvironment(env, settings),
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: prepareTimeoutMs,
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new SetupError(`新服务的数据库没能准备好（退出码 ${status ?? '无'}）`);
}
