// A nats-server built from source by the machine's Go toolchain, into the project's cache.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError, run, say } from './project.mjs';

const version = 'v2.15.1';
const askTimeoutMs = 20_000;
const buildTimeoutMs = 600_000;

/** Builds below `directory` and gives the path of the binary. */
export async function natsFromGo(directory) {
  const asked = await run('go', ['version'], { timeoutMs: askTimeoutMs });
  if (asked.status !== 0) throw new BootstrapError('no Go toolchain on PATH');
  const folder = join(directory, 'go');
  mkdirSync(folder, { recursive: true });
  say(`nats-server: building ${version} with ${asked.stdout.trim()} (a few minutes)`);
  // Run away from the project, so that no go.mod or workspace above it has a say.
  const built = await run('go', ['install', `github.com/nats-io/nats-server/v2@${version}`], {
    cwd: folder,
    env: { GOBIN: folder, GOWORK: 'off', CGO_ENABLED: '0' },
    timeoutMs: buildTimeoutMs,
  });
  if (built.timedOut) throw new BootstrapError(`go install took longer than ${buildTimeoutMs / 1000} s`);
  const binary = join(folder, 'nats-server');
  if (built.status !== 0 || !existsSync(binary)) {
    throw new BootstrapError(`go install failed: ${built.stderr.trim().split('\n').pop()}`);
  }
  return binary;
}
