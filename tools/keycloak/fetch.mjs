// A Keycloak server in the project's cache: fetched with Maven, checked, unpacked, and built once for starting quickly.
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BootstrapError, cacheDirectory, isMain, run, say } from '../bootstrap/project.mjs';
import { failKeycloak, findJava, findMaven } from './programs.mjs';

/** The newest release whose server runs on Java 17; a new one is tried by changing both constants. */
export const keycloakVersion = '26.7.3';
const archiveSha256 = '77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47';
const artifact = `org.keycloak:keycloak-quarkus-dist:${keycloakVersion}:tar.gz`;
const mavenPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

const fetchTimeoutMs = 540_000;
const unpackTimeoutMs = 120_000;
const buildTimeoutMs = 300_000;
/** Written last: a folder without it is what a killed run left. */
const stampName = 'tongban-ready';

/** What the server is built for: these cannot be changed at its start. */
const buildOptions = ['--db=dev-mem'];

async function must(what, command, args, limits) {
  const { status, stdout, stderr, timedOut } = await run(command, args, limits);
  if (timedOut) throw new BootstrapError(`${what} took longer than ${limits.timeoutMs / 1000} s`);
  if (status === 0) return;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.includes('ERROR') || /^tar: /.test(line));
  throw new BootstrapError(`${what} failed: ${(lines[0] ?? stderr).trim() || `status ${status}`}`);
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function fetchArchive(maven, folder) {
  say(`Keycloak ${keycloakVersion}: fetching with Maven (170 MB the first time)`);
  // -C: an artifact whose checksum is not the repository's is an error and no warning.
  const args = ['-q', '-B', '-C', `${mavenPlugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  await must('mvn dependency:copy', maven, args, { cwd: folder, timeoutMs: fetchTimeoutMs });
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tar.gz'));
  if (name === undefined) throw new BootstrapError('mvn dependency:copy left no archive');
  const file = join(folder, name);
  const digest = await sha256Of(file);
  if (digest !== archiveSha256) {
    throw new BootstrapError(`${name} is not the archive that is pinned here: SHA-256 ${digest}`);
  }
  return file;
}

/** A server moves to its place in one step, unpacked and built, so that a killed run leaves no half one. */
async function make(home, java) {
  const maven = findMaven();
  const parent = join(home, '..');
  const staged = join(parent, `staged-${process.pid}`);
  const began = Date.now();
  rmSync(staged, { recursive: true, force: true });
  const unpacked = join(staged, 'server');
  mkdirSync(unpacked, { recursive: true });
  try {
    const archive = await fetchArchive(maven, staged);
    const tar = ['-xzf', archive, '-C', unpacked, '--strip-components=1'];
    await must('tar', 'tar', tar, { timeoutMs: unpackTimeoutMs });
    say(`Keycloak ${keycloakVersion}: building it for this use`);
    const build = ['build', ...buildOptions];
    await must('kc.sh build', join(unpacked, 'bin', 'kc.sh'), build, {
      timeoutMs: buildTimeoutMs,
      env: { JAVA: java },
    });
    writeFileSync(join(unpacked, stampName), `${archiveSha256} ${buildOptions.join(' ')}\n`);
    // Somebody may have been faster, and may be running from there.
    if (!isReady(home)) {
      rmSync(home, { recursive: true, force: true });
      renameSync(unpacked, home);
    }
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  say(`Keycloak ${keycloakVersion}: ready in ${Math.round((Date.now() - began) / 1000)} s`);
}

function isReady(home) {
  const stamp = join(home, stampName);
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === `${archiveSha256} ${buildOptions.join(' ')}`;
}

/**
 * `{home, java, version}` of a built server below `.tongban/cache/keycloak`; asks no network once it is there.
 * @throws {MissingProgramError} without Java or, for the first time, without Maven
 */
export async function ensureKeycloak() {
  const java = await findJava();
  const home = join(cacheDirectory, 'keycloak', keycloakVersion);
  if (!isReady(home)) await make(home, java);
  return { home, java, version: keycloakVersion };
}

if (isMain(import.meta.url)) {
  try {
    console.log((await ensureKeycloak()).home);
  } catch (error) {
    failKeycloak(error);
  }
}
