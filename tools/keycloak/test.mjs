// The tests that want a real Keycloak server: fetched, started with the realm of a whole city, and ended here.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../bootstrap/install.mjs';
import { isMain, productNode, reportsDirectory, root, run, say } from '../bootstrap/project.mjs';
import { countLine, countsOf, noTests, ran } from '../bootstrap/report.mjs';
import { ensureKeycloak } from './fetch.mjs';
import { failKeycloak } from './programs.mjs';
import { cityRealm, startKeycloak } from './run.mjs';

const level = 'keycloak';
const city = '371100000000';
/** Two minutes with the start on two busy cores; more than five is a hang. */
const testTimeoutMs = 300_000;

async function runTests(server, paths) {
  const report = join(reportsDirectory, `${level}.json`);
  mkdirSync(reportsDirectory, { recursive: true });
  rmSync(report, { force: true });
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', level, '--runInBand'];
  const env = {
    TONGBAN_KEYCLOAK_URL: server.url,
    TONGBAN_KEYCLOAK_ADMIN: server.admin.username,
    TONGBAN_KEYCLOAK_ADMIN_PASSWORD: server.admin.password,
    TONGBAN_KEYCLOAK_LOG: server.logFile,
  };
  const { status, timedOut } = await run(
    productNode(),
    [...node, ...jest, '--json', `--outputFile=${report}`, ...paths],
    { env, timeoutMs: testTimeoutMs, stdio: 'inherit' },
  );
  if (timedOut) say(`${level}: stopped after ${testTimeoutMs / 60_000} minutes`);
  const counts = existsSync(report) ? countsOf(JSON.parse(readFileSync(report, 'utf8'))) : noTests;
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * Starts a server, runs the tests against it and ends it; their counts.
 * @throws {MissingProgramError} without Java or, for the first time, without Maven
 */
export async function runKeycloakLevel(paths) {
  const server = await startKeycloak(await ensureKeycloak(), await cityRealm(city));
  say(`Keycloak is ready after ${(server.startedMs / 1000).toFixed(1)} s; its log is ${server.logFile}`);
  try {
    return await runTests(server, paths);
  } finally {
    await server.stop();
  }
}

async function test() {
  await install();
  // `run` hands the signal to Jest; its end brings us to the end of the server.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const counts = await runKeycloakLevel(process.argv.slice(2));
  console.log(`\n${level}: ${countLine(counts)}`);
  process.exitCode = counts.failed > 0 || !ran(counts) ? 1 : 0;
}

if (isMain(import.meta.url)) await test().catch(failKeycloak);
