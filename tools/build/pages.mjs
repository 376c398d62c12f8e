// Builds the console's pages into dist/apps/console. Apart from the apps, since the client that the pages are made with is
// generated from what the apps serve.
import { join } from 'node:path';
import { build } from 'vite';

await build({
  configFile: join(import.meta.dirname, '..', '..', 'apps', 'console', 'vite.config.mjs'),
  logLevel: 'warn',
});
console.log('built the console');
