// Bundles a program of tests/ into dist/apps/<name>.js, where it finds the repository and the built apps.
import { join } from 'node:path';
import { root } from './project.mjs';

export async function bundle(name, entry) {
  // Not at the top: nothing is installed yet when this file loads.
  const { build } = await import('esbuild');
  const outfile = join(root, 'dist', 'apps', `${name}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    tsconfig: 'tsconfig.base.json',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    loader: { '.sql': 'text' },
  });
  return outfile;
}
