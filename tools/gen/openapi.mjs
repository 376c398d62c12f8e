// Writes docs/openapi/<app>.json from the routes: node tools/gen/openapi.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productNode } from '../bootstrap/project.mjs';

const root = join(import.meta.dirname, '..', '..');
export const committed = join(root, 'docs', 'openapi');
const timeoutMs = 120_000;

export function makeOpenApi(folder) {
  const options = { cwd: root, timeout: timeoutMs, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(productNode(), [join(root, 'tools', 'build', 'build.mjs')], options);
  execFileSync(productNode(), [join(root, 'dist', 'apps', 'openapi.js'), folder], options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makeOpenApi(process.argv[2] ?? committed);
