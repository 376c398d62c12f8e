// npm run gallery: the shared parts of the console in all their states, at an address of this machine, until it is stopped.
import { join } from 'node:path';
import { build, preview } from 'vite';

const configFile = join(import.meta.dirname, '..', '..', 'apps', 'console', 'gallery.config.mjs');
await build({ configFile, logLevel: 'warn' });
const server = await preview({ configFile, logLevel: 'warn', preview: { host: '127.0.0.1', port: 0 } });
console.log(`gallery: http://127.0.0.1:${server.httpServer.address().port}/gallery.html`);
