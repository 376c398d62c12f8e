// Bundles every app into dist/apps/<name>/main.js; packages from node_modules stay outside the bundle, so that
// instrumentation hooks see them and native parts stay where npm put them.
import { build } from 'esbuild';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const apps = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src', 'main.ts')));

await build({
  absWorkingDir: root,
  entryPoints: {
    ...Object.fromEntries(apps.map((name) => [`${name}/main`, `apps/${name}/src/main.ts`])),
    // Instrumentation must be loaded before the app: node --import dist/apps/preload.js dist/apps/<name>/main.js
    preload: 'libs/platform/telemetry/src/preload.ts',
    // A program for tools/gen: writes the OpenAPI documents.
    openapi: 'libs/host/src/openapi.ts',
    // The federation's simulator: npm run sim.
    sim: 'tests/federation/sim.ts',
  },
  outdir: 'dist/apps',
  bundle: true,
  packages: 'external',
  // A tsconfig path is not a package: esbuild resolves it before it asks whether the import is external.
  tsconfig: 'tsconfig.base.json',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  loader: { '.sql': 'text' },
});
// Read at run time, from beside the folders of the apps.
cpSync(join(root, 'libs', 'platform', 'document', 'fonts'), join(root, 'dist', 'apps', 'fonts'), { recursive: true });
console.log(`built ${apps.length} apps: ${apps.join(', ')}`);
