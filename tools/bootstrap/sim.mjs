// npm run sim -- …: the simulator of the federation, built when a source has changed. Options: tests/federation/sim.ts.
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { install } from './install.mjs';
import { fail, isMain, productNode, root, run } from './project.mjs';

const timeoutMs = 24 * 3_600_000;

async function sim() {
  await install();
  await buildIfStale();
  const program = ['--enable-source-maps', join(root, 'dist', 'apps', 'sim.js'), ...process.argv.slice(2)];
  const { status } = await run(productNode(), program, { timeoutMs, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

if (isMain(import.meta.url)) await sim().catch(fail);
