// Packages of Debian, unpacked and not installed: apt works on lists, cache and state of its own, so neither the machine's
// sources nor its packages change, and no privilege is needed.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError, run, say } from './project.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const suite = 'sid';
const updateTimeoutMs = 180_000;
const downloadTimeoutMs = 300_000;
const unpackTimeoutMs = 60_000;

/** URIs of a deb822 file (`URIs:` fields) and of one-line sources (`deb [options] URI suite …`), in file order. */
export function mirrorUris(text) {
  const uris = [];
  for (const line of text.split('\n')) {
    const field = /^URIs:\s*(.+)$/i.exec(line);
    const single = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s/.exec(line);
    uris.push(...(field?.[1].split(/\s+/) ?? []), ...(single === null ? [] : [single[1]]));
  }
  return uris.filter((uri) => /^https?:\/\//.test(uri));
}

/** The machine's own mirror of the Debian archive; the security archive has no sid. */
export const archiveOf = (uris) => uris.find((uri) => /\/debian\/?$/.test(new URL(uri).pathname));

function machineSources() {
  const parts = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list'];
  if (existsSync(parts)) {
    for (const name of readdirSync(parts).sort()) if (/\.(list|sources)$/.test(name)) files.push(join(parts, name));
  }
  return files.filter((file) => existsSync(file)).flatMap((file) => mirrorUris(readFileSync(file, 'utf8')));
}

function aptOptions(folder, sources) {
  const options = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Log': join(folder, 'log'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  // As root apt would hand the download to the user _apt, who may not enter our folder.
  if (process.getuid() === 0) options['APT::Sandbox::User'] = 'root';
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function must(what, command, args, limits) {
  const { status, stdout, stderr, timedOut } = await run(command, args, limits);
  if (timedOut) throw new BootstrapError(`${what} took longer than ${limits.timeoutMs / 1000} s`);
  if (status !== 0) throw new BootstrapError(`${what} failed: ${(stderr || stdout).trim().split('\n').pop()}`);
}

/** bookworm, trixie, …: libraries of another release would not fit this machine's. */
export function ownSuite() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const own = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (own === undefined || !/^ID=debian$/m.test(release)) throw new BootstrapError('this machine is no Debian');
  return own;
}

/** Names in what `apt-get install --print-uris` prints: `'http://…' name_version_arch.deb size digest`. */
export const namesIn = (printed) => [...printed.matchAll(/^'[^']+' ([a-z0-9][a-z0-9+.-]*)_/gm)].map(([, name]) => name);

/** The packages and all that they need, but for the C library, which has to be the machine's own. */
async function withDependencies(options, packages) {
  const install = ['-q', 'install', '-y', '--no-install-recommends', '--print-uris', ...packages];
  const { status, stdout, stderr } = await run('apt-get', [...options, ...install], { timeoutMs: updateTimeoutMs });
  if (status !== 0) throw new BootstrapError(`apt-get install --print-uris failed: ${stderr.trim().split('\n').pop()}`);
  return namesIn(stdout).filter((name) => name !== 'libc6');
}

/**
 * Unpacks packages of a Debian suite below `directory` and gives the folder they are in; nothing is installed.
 * `dependencies`: with everything that they need.
 */
export async function unpackFromDebian({ directory, suite, packages, dependencies = false }) {
  const archive = archiveOf(machineSources());
  if (archive === undefined) throw new BootstrapError('no Debian mirror among the sources of this machine');
  for (const needed of ['/usr/bin/apt-get', '/usr/bin/dpkg', keyring]) {
    if (!existsSync(needed)) throw new BootstrapError(`${needed} is missing`);
  }
  const folder = join(directory, 'debian');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['state', 'lists/partial', 'cache/archives/partial', 'log', 'package', 'unpacked']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb [signed-by=${keyring}] ${archive} ${suite} main\n`);
  const options = aptOptions(folder, sources);
  say(`${packages[0]}: getting the package of Debian ${suite} from ${archive}`);
  await must('apt-get update', 'apt-get', [...options, '-q', 'update'], { timeoutMs: updateTimeoutMs });
  const package_ = join(folder, 'package');
  const wanted = dependencies ? await withDependencies(options, packages) : packages;
  const download = [...options, '-q', 'download', ...wanted];
  await must('apt-get download', 'apt-get', download, { cwd: package_, timeoutMs: downloadTimeoutMs });
  const files = readdirSync(package_).filter((name) => name.endsWith('.deb'));
  if (files.length === 0) throw new BootstrapError('apt-get download left no package');
  const unpacked = join(folder, 'unpacked');
  for (const file of files) {
    await must('dpkg -x', 'dpkg', ['-x', join(package_, file), unpacked], { timeoutMs: unpackTimeoutMs });
  }
  for (const part of ['lists', 'cache', 'package']) rmSync(join(folder, part), { recursive: true, force: true });
  return unpacked;
}

/** Unpacks the package below `directory` and gives the path of the binary. */
export async function natsFromDebian(directory) {
  const unpacked = await unpackFromDebian({ directory, suite, packages: ['nats-server'] });
  const binary = ['usr/sbin', 'usr/bin']
    .map((bin) => join(unpacked, bin, 'nats-server'))
    .find((path) => existsSync(path));
  if (binary === undefined) throw new BootstrapError('the package holds no nats-server');
  return binary;
}
