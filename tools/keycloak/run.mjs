// A Keycloak server that lives as long as we do: loopback, a free port, a home and a database of its own. By itself it
// runs until Ctrl-C and prints where it is; tests start it through `startKeycloak`.
//
//   node tools/keycloak/run.mjs --city 371100000000
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BootstrapError, isMain, reportsDirectory, say } from '../bootstrap/project.mjs';
import { divisionsOf } from '../gen/divisions.mjs';
import { ensureKeycloak } from './fetch.mjs';
import { failKeycloak } from './programs.mjs';
import { realmFile, realmOf } from './realm.mjs';

const host = '127.0.0.1';
const startTimeoutMs = 180_000;
const readyPollMs = 200;
const readyRequestTimeoutMs = 2_000;
const stopSteps = [
  { signal: 'SIGTERM', timeoutMs: 15_000 },
  { signal: 'SIGKILL', timeoutMs: 5_000 },
];
const stopPollMs = 50;
const logTailLines = 20;
const passwordBytes = 24;
/** Parts of the server that a run only reads; `bin` is copied, because its script looks for the home beside itself. */
const sharedParts = ['lib', 'conf', 'providers', 'themes'];

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A home with data of its own around the cached server. */
function makeHome(cached, realm) {
  const home = mkdtempSync(join(tmpdir(), 'tongban-keycloak-'));
  for (const part of sharedParts) symlinkSync(join(cached, part), join(home, part));
  cpSync(join(cached, 'bin'), join(home, 'bin'), { recursive: true });
  const imports = join(home, 'data', 'import');
  mkdirSync(imports, { recursive: true });
  writeFileSync(join(imports, 'realm.json'), JSON.stringify(realm));
  return home;
}

const argsOf = (port) => [
  'start',
  '--optimized',
  '--import-realm',
  '--cache=local',
  '--http-enabled=true',
  `--http-host=${host}`,
  `--http-port=${port}`,
  `--hostname=http://${host}:${port}`,
];

function spawnServer(home, java, args, admin, logFile) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  try {
    const child = spawn(join(home, 'bin', 'kc.sh'), args, {
      cwd: home,
      // A process group of its own: Ctrl-C reaches us first, and the end of the group is the end of the server.
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        JAVA: java,
        KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
        KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
        // Compiled quickly instead of well: a test server does not live long enough for the other.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      },
    });
    child.on('error', () => undefined); // a failed start shows as a missing pid
    return child;
  } finally {
    closeSync(log);
  }
}

const hasEnded = (child) => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** Only the group that we made is signalled, and only while its first process is ours. */
function signalGroup(child, signal) {
  if (hasEnded(child)) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function end(child) {
  for (const { signal, timeoutMs } of stopSteps) {
    signalGroup(child, signal);
    const deadline = Date.now() + timeoutMs;
    while (!hasEnded(child) && Date.now() < deadline) await sleep(stopPollMs);
    if (hasEnded(child)) return;
  }
  throw new BootstrapError(`Keycloak (${child.pid}) does not end`);
}

async function answers(address) {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(readyRequestTimeoutMs) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function waitUntilReady(child, address, logFile) {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !hasEnded(child)) {
    if (await answers(address)) return;
    await sleep(readyPollMs);
  }
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-logTailLines).join('\n');
  const what = hasEnded(child) ? 'ended while starting' : `was not ready within ${startTimeoutMs / 1000} s`;
  throw new BootstrapError(`Keycloak ${what}:\n${tail}`);
}

/**
 * Starts a server with the realm imported; ready when the realm's discovery answers. `{url, admin, logFile, startedMs,
 * ended, stop}`: `ended` settles when the server is gone, `stop` ends it and removes its home, also when called twice.
 */
export async function startKeycloak({ home: cached, java }, realm) {
  const admin = { username: 'tongban-temporary-admin', password: randomBytes(passwordBytes).toString('base64url') };
  const logFile = join(reportsDirectory, 'keycloak.log');
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const home = makeHome(cached, realm);
  const began = Date.now();
  const child = spawnServer(home, java, argsOf(port), admin, logFile);
  const removeHome = () => rmSync(home, { recursive: true, force: true });
  // Whatever ends us, the server ends with us.
  const onExit = () => {
    signalGroup(child, 'SIGKILL');
    removeHome();
  };
  process.on('exit', onExit);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    await end(child);
    process.off('exit', onExit);
    removeHome();
  };
  try {
    await waitUntilReady(child, `${url}/realms/${realm.realm}/.well-known/openid-configuration`, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, admin, logFile, startedMs: Date.now() - began, ended, stop };
}

/** The realm file with the groups of a whole city. */
export const cityRealm = async (city) => realmOf(JSON.parse(readFileSync(realmFile, 'utf8')), await divisionsOf(city));

async function main() {
  const { values } = parseArgs({ options: { city: { type: 'string', default: '371100000000' } } });
  const server = await startKeycloak(await ensureKeycloak(), await cityRealm(values.city));
  say(
    `Keycloak is ready after ${(server.startedMs / 1000).toFixed(1)} s; its log is ${server.logFile}; Ctrl-C ends it`,
  );
  console.log(JSON.stringify({ url: server.url, admin: server.admin }));
  const signalled = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve(true));
  });
  const asked = await Promise.race([signalled, server.ended.then(() => false)]);
  await server.stop();
  if (!asked) throw new BootstrapError(`Keycloak ended by itself; its log is ${server.logFile}`);
}

if (isMain(import.meta.url)) await main().catch(failKeycloak);
