// Finds a nats-server, or gets one into the project's cache without installing anything on the machine.
import { copyFileSync, chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { natsFromDebian } from './debian.mjs';
import { natsFromGo } from './nats-go.mjs';
import { BootstrapError, cacheDirectory, fail, isMain, run, say } from './project.mjs';

/** Older servers lack what the streams need (per-message TTL marks, atomic publish, mended consumer recovery). */
export const oldestNats = '2.14.5';
export const natsWays = ['env', 'path', 'cache', 'debian', 'go'];
const versionTimeoutMs = 10_000;

/** Positive when `left` is newer; both are `major.minor.patch`, suffixes are ignored. */
export function compareVersions(left, right) {
  const [a, b] = [left, right].map((text) => text.split('-')[0].split('.').map(Number));
  for (let place = 0; place < 3; place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The version a binary reports; an error says why it is no nats-server we can use. */
async function verify(binary) {
  const { status, stdout, stderr } = await run(binary, ['--version'], { timeoutMs: versionTimeoutMs });
  const version = /nats-server: v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  if (status !== 0 || version === undefined) {
    throw new BootstrapError(`${binary} does not run as a nats-server: ${(stderr || stdout).trim().split('\n')[0]}`);
  }
  if (compareVersions(version, oldestNats) < 0) {
    throw new BootstrapError(`${binary} is ${version}, ${oldestNats} or newer is needed`);
  }
  return version;
}

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'nats-server'))
    .find((file) => existsSync(file));

/** A freshly got binary moves to its place in one step, so that a killed run leaves no half file. */
async function keep(got, cached) {
  await verify(got);
  mkdirSync(dirname(cached), { recursive: true });
  const staged = `${cached}.${process.pid}`;
  copyFileSync(got, staged);
  chmodSync(staged, 0o755);
  renameSync(staged, cached);
  return cached;
}

const finders = {
  env: () => process.env.TONGBAN_NATS_SERVER || undefined,
  path: onPath,
  cache: (cached) => (existsSync(cached) ? cached : undefined),
  debian: async (cached) => keep(await natsFromDebian(dirname(cached)), cached),
  go: async (cached) => keep(await natsFromGo(dirname(cached)), cached),
};

/**
 * `{path, version, way}` of a usable nats-server. `way` (or TONGBAN_NATS_WAY) tries that one only. A server named by
 * TONGBAN_NATS_SERVER that does not work is an error at once: somebody chose it.
 */
export async function resolveNatsServer({ way = process.env.TONGBAN_NATS_WAY || undefined, directory } = {}) {
  if (way !== undefined && !natsWays.includes(way)) {
    throw new BootstrapError(`no such way to a nats-server: ${way} (one of ${natsWays.join(', ')})`);
  }
  const cached = join(directory ?? join(cacheDirectory, 'nats'), 'nats-server');
  const reasons = [];
  for (const name of way === undefined ? natsWays : [way]) {
    try {
      const path = await finders[name](cached);
      if (path !== undefined) return { path, version: await verify(path), way: name };
      reasons.push(`${name}: nothing found`);
    } catch (error) {
      if (!(error instanceof BootstrapError) || name === 'env') throw error;
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new BootstrapError(
    `no nats-server ${oldestNats} or newer. Install one (https://nats.io/download) and put it on PATH or name it in ` +
      `TONGBAN_NATS_SERVER; or install Go, it is then built from source.\n  ${reasons.join('\n  ')}`,
  );
}

if (isMain(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { way: { type: 'string' } } });
    const { path, version, way } = await resolveNatsServer(values.way === undefined ? {} : { way: values.way });
    say(`nats-server ${version} (${way})`);
    console.log(path);
  } catch (error) {
    fail(error);
  }
}
