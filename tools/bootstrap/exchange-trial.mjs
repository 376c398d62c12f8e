// npm run exchange:trial -- --cases N --profile P [--json] [--seed N] [--front postgres|mariadb]: cases of all kinds through the
// profiles of the provincial gateway against a hostile stand-in of the province.
import { build } from 'esbuild';
import { join } from 'node:path';
import { install } from './install.mjs';
import { startMariadb } from './mariadb-server.mjs';
import { resolveMariadb } from './mariadb.mjs';
import { BootstrapError, cacheDirectory, fail, isMain, productNode, root, run } from './project.mjs';

const timeoutMs = 24 * 3_600_000;
const folder = join(cacheDirectory, 'exchange-trial');

const bundle = () =>
  build({
    absWorkingDir: root,
    entryPoints: {
      trial: 'libs/feature/exchange/test/trial/main.ts',
      province: 'apps/province-sandbox/src/main.ts',
    },
    ...{ outdir: folder, bundle: true, packages: 'external', tsconfig: 'tsconfig.base.json', platform: 'node' },
    ...{ target: 'node24', format: 'esm', sourcemap: 'inline', logLevel: 'warning', loader: { '.sql': 'text' } },
    outExtension: { '.js': '.mjs' },
  });

/** Our own options are taken out; the rest is the program's. */
function splitArguments(given) {
  const at = given.indexOf('--front');
  if (at < 0) return { front: 'postgres', rest: given };
  const front = given[at + 1];
  if (front !== 'postgres' && front !== 'mariadb') throw new BootstrapError('--front is postgres or mariadb');
  return { front, rest: [...given.slice(0, at), ...given.slice(at + 2)] };
}

async function exchangeTrial() {
  const { front, rest } = splitArguments(process.argv.slice(2));
  await install();
  await bundle();
  const mysql = front === 'mariadb' ? await startMariadb(await resolveMariadb()) : undefined;
  try {
    const program = [
      '--enable-source-maps',
      join(folder, 'trial.mjs'),
      ...rest,
      '--province',
      join(folder, 'province.mjs'),
    ];
    if (mysql !== undefined) program.push('--mysql', mysql.url);
    const { status } = await run(productNode(), program, { timeoutMs, stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } finally {
    await mysql?.stop();
  }
}

if (isMain(import.meta.url)) await exchangeTrial().catch(fail);
