// Finds a MariaDB server, or unpacks one of the machine's own Debian release into the project's cache without installing
// anything: the front-end databases of many provinces are MySQL, so the exchange is tried against a real one.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ownSuite, unpackFromDebian } from './debian.mjs';
import { BootstrapError, cacheDirectory, fail, isMain, run, say } from './project.mjs';

/** The first with CHECK constraints and window functions as the trial tables use them. */
const oldestMajorMinor = [10, 5];
export const mariadbWays = ['env', 'path', 'cache', 'debian'];
const versionTimeoutMs = 10_000;
/** The server and the libraries that a small machine lacks. */
const packages = ['mariadb-server-core', 'libaio1', 'libnuma1', 'liburing2', 'libsnappy1v5'];
const binaries = ['mariadbd', 'mysqld'];

const librariesIn = (folder) => {
  const libraries = join(folder, 'usr', 'lib');
  if (!existsSync(libraries)) return [];
  return [
    libraries,
    ...readdirSync(libraries, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && entry.name.includes('linux') ? [join(libraries, entry.name)] : [],
    ),
  ];
};

/** What a server unpacked below `folder` is started with: libraries and messages lie beside it. */
function unpackedServer(folder) {
  const path = binaries.map((name) => join(folder, 'usr', 'sbin', name)).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  const share = join(folder, 'usr', 'share', 'mysql');
  return {
    path,
    environment: { LD_LIBRARY_PATH: librariesIn(folder).join(delimiter) },
    arguments: existsSync(share)
      ? [`--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`]
      : [],
  };
}

const installed = (path) => ({ path, environment: {}, arguments: [] });

async function verify(server) {
  const env = { ...process.env, ...server.environment };
  const { status, stdout, stderr } = await run(server.path, ['--no-defaults', '--version'], {
    timeoutMs: versionTimeoutMs,
    env,
  });
  const version = /Ver (\d+)\.(\d+)\.(\d+)/.exec(stdout);
  if (status !== 0 || version === null) {
    throw new BootstrapError(
      `${server.path} does not run as a MariaDB server: ${(stderr || stdout).trim().split('\n')[0]}`,
    );
  }
  const [major, minor] = version.slice(1).map(Number);
  const [oldestMajor, oldestMinor] = oldestMajorMinor;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new BootstrapError(`${server.path} is ${major}.${minor}, ${oldestMajorMinor.join('.')} or newer is needed`);
  }
  return { ...server, version: version.slice(1).join('.') };
}

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/sbin')
    .filter((folder) => folder !== '')
    .flatMap((folder) => binaries.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

async function fromDebian(cached) {
  const staging = `${cached}.${process.pid}`;
  try {
    const unpacked = await unpackFromDebian({ directory: staging, suite: ownSuite(), packages });
    const server = unpackedServer(unpacked);
    if (server === undefined) throw new BootstrapError('the package holds no mariadbd');
    await verify(server);
    rmSync(cached, { recursive: true, force: true });
    // In one step, so that a killed run leaves no half server.
    renameSync(unpacked, cached);
    return unpackedServer(cached);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const found = (path) => (path === undefined ? undefined : installed(path));
const finders = {
  env: () => found(process.env.TONGBAN_MARIADB || undefined),
  path: () => found(onPath()),
  cache: (cached) => unpackedServer(cached),
  debian: fromDebian,
};

/**
 * `{path, environment, arguments, version, way}` of a usable server. A server named by TONGBAN_MARIADB that does not work
 * is an error at once: somebody chose it.
 */
export async function resolveMariadb({ way, directory } = {}) {
  if (way !== undefined && !mariadbWays.includes(way)) {
    throw new BootstrapError(`no such way to a MariaDB server: ${way} (one of ${mariadbWays.join(', ')})`);
  }
  const cached = join(directory ?? join(cacheDirectory, 'mariadb'), 'server');
  const reasons = [];
  for (const name of way === undefined ? mariadbWays : [way]) {
    try {
      const server = await finders[name](cached);
      if (server !== undefined) return { ...(await verify(server)), way: name };
      reasons.push(`${name}: nothing found`);
    } catch (error) {
      if (!(error instanceof BootstrapError) || name === 'env') throw error;
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new BootstrapError(
    `no MariaDB server. Install one and put it on PATH or name it in TONGBAN_MARIADB.\n  ${reasons.join('\n  ')}`,
  );
}

/** The server that is there already, without getting one; undefined when there is none. */
export async function findMariadb() {
  try {
    for (const way of ['env', 'path', 'cache']) {
      const server = await finders[way](join(cacheDirectory, 'mariadb', 'server'));
      if (server !== undefined) return { ...(await verify(server)), way };
    }
    return undefined;
  } catch (error) {
    if (error instanceof BootstrapError) return undefined;
    throw error;
  }
}

if (isMain(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { way: { type: 'string' } } });
    const { path, version, way } = await resolveMariadb(values.way === undefined ? {} : { way: values.way });
    say(`MariaDB ${version} (${way})`);
    console.log(path);
  } catch (error) {
    fail(error);
  }
}
