// Tests, level by level: unit (needs nothing), integration (PostgreSQL, NATS), e2e (a whole city); with `--all` those in a
// browser and, where the machine has Java, those against a real Keycloak, too.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.mjs';
import { MissingProgramError } from '../keycloak/programs.mjs';
import { runKeycloakLevel } from '../keycloak/test.mjs';
import { resolveChromium } from './chromium.mjs';
import { install } from './install.mjs';
import { resolveNatsServer } from './nats.mjs';
import {
  BootstrapError,
  fail,
  isMain,
  postgresBinaries,
  productNode,
  reportsDirectory,
  root,
  run,
  say,
} from './project.mjs';
import { countLine, countsOf, noTests, ran, sum } from './report.mjs';

/**
 * Two test files at once where they start servers: much of their time is waiting (servers that start, leases that end),
 * and two cores do not carry more sets than two.
 */
const levels = {
  unit: { args: [], timeoutMs: 600_000, servers: false, build: false },
  // Processes with many servers and clients of other people's libraries: a handle that one of them leaves behind must
  // not keep a finished run from ending. The servers themselves are ended by the testkit's reaper.
  integration: { args: ['--maxWorkers=2', '--forceExit'], timeoutMs: 1_200_000, servers: true, build: false },
  e2e: { args: ['--maxWorkers=2', '--forceExit'], timeoutMs: 2_700_000, servers: true, build: true },
  browser: { args: ['--runInBand', '--forceExit'], timeoutMs: 1_200_000, servers: true, build: true },
};

const plainLevels = ['unit', 'integration', 'e2e'];
const usage = `usage: npm test -- [--level ${Object.keys(levels).join('|')} | --all] [path …]`;
const optionTypes = { level: { type: 'string' }, all: { type: 'boolean', default: false } };

export function parseOptions(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: optionTypes, allowPositionals: true });
  } catch (error) {
    throw new BootstrapError(`${error.message}\n${usage}`);
  }
  const { level, all } = parsed.values;
  if (level !== undefined && !Object.hasOwn(levels, level)) throw new BootstrapError(`no level ${level}\n${usage}`);
  const chosen = all ? Object.keys(levels) : level === undefined ? plainLevels : [level];
  return { chosen, keycloak: all, paths: parsed.positionals };
}

async function serversFor(chosen) {
  if (!chosen.some((level) => levels[level].servers)) return {};
  const postgres = postgresBinaries();
  if (postgres === undefined) {
    throw new BootstrapError(
      'npm has no PostgreSQL for this machine: name a folder with initdb in TONGBAN_POSTGRES_BIN',
    );
  }
  const servers = { TONGBAN_POSTGRES_BIN: postgres, TONGBAN_NATS_SERVER: (await resolveNatsServer()).path };
  if (!chosen.includes('browser')) return servers;
  const { path, environment } = await resolveChromium();
  return { ...servers, TONGBAN_CHROMIUM: path, TONGBAN_CHROMIUM_ENVIRONMENT: JSON.stringify(environment) };
}

/** Runs one level; its counts, with a failure added when Jest failed without naming one. */
async function runLevel(level, paths, env) {
  const { args, timeoutMs } = levels[level];
  const report = join(reportsDirectory, `${level}.json`);
  rmSync(report, { force: true });
  say(`\n== ${level}`);
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', level, '--passWithNoTests'];
  const output = ['--json', `--outputFile=${report}`];
  const { status, timedOut } = await run(productNode(), [...node, ...jest, ...args, ...output, ...paths], {
    env,
    timeoutMs,
    stdio: 'inherit',
  });
  if (timedOut) say(`${level}: stopped after ${timeoutMs / 60_000} minutes`);
  const counts = existsSync(report) ? countsOf(JSON.parse(readFileSync(report, 'utf8'))) : noTests;
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The counts and their line; a machine without Java is no failure, and is said. */
async function runKeycloak() {
  say('\n== keycloak');
  try {
    const counts = await runKeycloakLevel([]);
    return ran(counts)
      ? { counts, line: `keycloak: ${countLine(counts)}` }
      : { counts: { ...counts, failed: 1 }, line: 'keycloak: no test ran' };
  } catch (error) {
    if (error instanceof MissingProgramError) return { counts: noTests, line: `keycloak: not run: ${error.message}` };
    return { counts: { ...noTests, failed: 1 }, line: `keycloak: ${error.message}` };
  }
}

async function test() {
  const { chosen, keycloak, paths } = parseOptions(process.argv.slice(2));
  await install();
  if (chosen.some((level) => levels[level].build)) await buildIfStale();
  const env = await serversFor(chosen);
  mkdirSync(reportsDirectory, { recursive: true });
  let total = noTests;
  const empty = [];
  const lines = [];
  for (const level of chosen) {
    const counts = await runLevel(level, paths, env);
    if (!ran(counts)) empty.push(level);
    lines.push(`${level}: ${countLine(counts)}`);
    total = sum(total, counts);
  }
  if (keycloak) {
    const { counts, line } = await runKeycloak();
    lines.push(line);
    total = sum(total, counts);
  }
  // A path may lie in one level only; without one a level that ran nothing is a failure of its own.
  const tooEmpty = paths.length === 0 ? empty : ran(total) ? [] : chosen;
  for (const level of tooEmpty) lines.push(`${level}: no test ran`);
  console.log(`\n${lines.join('\n')}\n${countLine(total)}`);
  process.exitCode = total.failed > 0 || tooEmpty.length > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await test().catch(fail);
