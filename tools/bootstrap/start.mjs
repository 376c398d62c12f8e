// One command to a running city: packages, divisions, build, servers, then `tongbanctl up`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.mjs';
import { install } from './install.mjs';
import { resolveNatsServer } from './nats.mjs';
import {
  BootstrapError,
  fail,
  isMain,
  postgresBinaries,
  productNode,
  root,
  run,
  say,
  stateDirectory,
} from './project.mjs';

const defaultCity = '371100000000';
const divisionsTimeoutMs = 120_000;
const generator = join(root, 'tools', 'gen', 'divisions.mjs');

const usage = `usage: npm start -- [options]
  --once        start the city, show that it serves, stop it again
  --json        only one JSON line on stdout, at the end; everything else goes to stderr
  --fresh       forget the city of earlier runs first
  --city CODE   twelve digits of the city (${defaultCity})
  --help        this text
environment: TONGBAN_NATS_SERVER, TONGBAN_NATS_WAY (env, path, cache, debian, go), TONGBAN_POSTGRES_BIN,
  TONGBAN_STATE_DIR`;

/** Options and what is handed on to tongbanctl. */
export function parseOptions(args) {
  const options = {
    once: { type: 'boolean' },
    json: { type: 'boolean' },
    fresh: { type: 'boolean' },
    city: { type: 'string', default: defaultCity },
    help: { type: 'boolean' },
  };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new BootstrapError(`${error.message}\n${usage}`);
  }
  if (!/^[1-9]\d{3}0{8}$/.test(values.city) || values.city.slice(2, 4) === '00') {
    throw new BootstrapError(`--city wants the twelve digits of a city, like ${defaultCity}, not ${values.city}`);
  }
  const flags = ['once', 'json', 'fresh'].filter((name) => values[name]).map((name) => `--${name}`);
  return { help: values.help === true, city: values.city, handedOn: [...flags, '--city', values.city] };
}

/** The city's divisions as a file; cut anew when the generator or the packages are newer. */
async function divisionsOf(city) {
  const file = join(stateDirectory, `divisions-${city}.json`);
  const inputs = [generator, join(root, 'package-lock.json')].map((path) => statSync(path).mtimeMs);
  if (existsSync(file) && statSync(file).mtimeMs > Math.max(...inputs)) return file;
  say(`cutting the divisions of ${city}`);
  const staged = `${file}.${process.pid}`;
  const made = await run(productNode(), [generator, '--city', city, '--out', staged], {
    timeoutMs: divisionsTimeoutMs,
    stdio: 'progress',
  });
  if (made.status !== 0) throw new BootstrapError(`there are no divisions for ${city}`);
  renameSync(staged, file);
  return file;
}

/** What tongbanctl finds in its environment: absolute paths, nothing to look up. */
async function preparedEnvironment(city) {
  await install();
  mkdirSync(stateDirectory, { recursive: true });
  const divisions = await divisionsOf(city);
  await buildIfStale();
  const postgres = postgresBinaries();
  if (postgres === undefined) {
    throw new BootstrapError(
      'npm has no PostgreSQL for this machine: name a folder with initdb in TONGBAN_POSTGRES_BIN',
    );
  }
  const nats = await resolveNatsServer();
  return {
    TONGBAN_STATE_DIR: stateDirectory,
    TONGBAN_NATS_SERVER: nats.path,
    TONGBAN_POSTGRES_BIN: postgres,
    TONGBAN_DIVISIONS: divisions,
  };
}

/**
 * Runs tongbanctl in a session of its own: Ctrl-C reaches it through us, once, and not a second time from the terminal.
 * Resolves to its exit status.
 */
export function runForwarding(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      detached: true,
    });
    let forwarded = false;
    const forward = (signal) => {
      if (!forwarded) child.kill(signal);
      forwarded = true;
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.removeListener('SIGINT', forward).removeListener('SIGTERM', forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

async function start() {
  const { help, city, handedOn } = parseOptions(process.argv.slice(2));
  if (help) return void console.log(usage);
  const env = await preparedEnvironment(city);
  process.exitCode = await runForwarding(
    productNode(),
    [join(root, 'dist/apps/tongbanctl/main.js'), 'up', ...handedOn],
    env,
  );
}

if (isMain(import.meta.url)) await start().catch(fail);
