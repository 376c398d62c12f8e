// Builds the apps when a source has changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { BootstrapError, fail, isMain, productNode, root, run, say } from './project.mjs';

const buildTimeoutMs = 300_000;
const stamp = join(root, 'dist', '.sources');
const sources = ['apps', 'libs', 'tests/federation', 'tools/build', 'package-lock.json', 'tsconfig.base.json'];
const testFile = /\.(spec|integration|e2e)\.tsx?$/;

function* filesBelow(path) {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) yield { path, found };
  else
    for (const name of readdirSync(join(root, path)).sort())
      if (name !== 'node_modules') yield* filesBelow(`${path}/${name}`);
}

/** Names, sizes and times of all sources: also a removed file is a change. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const { path, found } of filesBelow(source)) {
      if (!testFile.test(path)) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

export async function buildIfStale() {
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  say('building');
  for (const program of ['build.mjs', 'pages.mjs']) {
    const options = { timeoutMs: buildTimeoutMs, stdio: 'progress' };
    const { status } = await run(productNode(), [join('tools', 'build', program)], options);
    if (status !== 0) throw new BootstrapError('the build failed');
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, now);
}

if (isMain(import.meta.url)) {
  await install().then(buildIfStale).catch(fail);
}
