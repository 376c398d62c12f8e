// What the village agent's app needs offline: found from its entry, counted against its budget, and written into its
// worker with the digests by which the worker fetches it.
import { transformWithOxc } from 'vite';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const base = '/console/';
const entry = 'agent/index.html';
const workerFile = 'agent/worker.js';
/** Issue of the console: first load of the agent's app, script, compressed. */
export const budgetBytes = 250 * 1024;
const publicFiles = ['icon.svg', 'agent/manifest.webmanifest'];

/** The files of a page: scripts with everything they load, now or later, and their styles. */
export function filesOf(bundle, facade) {
  const found = new Set();
  const visit = (name) => {
    const chunk = bundle[name];
    if (chunk === undefined || found.has(name)) return;
    found.add(name);
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
  };
  for (const [name, chunk] of Object.entries(bundle))
    if (chunk.isEntry && chunk.facadeModuleId?.endsWith(facade)) visit(name);
  return [...found].sort();
}

const digestOf = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

/** Bytes of the scripts as a server sends them, compressed. */
export const scriptBytes = (scripts) => scripts.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);

/** As small as can be: a village's line is slow, and the hosts send what lies there. */
const compressed = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });

/** After the bundle is on disk, so that the digests are those of the files that are served. */
export const agentShell = ({ worker }) => ({
  name: 'agent-shell',
  apply: 'build',
  writeBundle: {
    order: 'post',
    async handler({ dir }, bundle) {
      const names = filesOf(bundle, entry);
      if (names.length === 0) throw new Error('the agent’s app has no entry');
      const read = (name) => readFileSync(join(dir, name));
      const size = scriptBytes(names.filter((name) => name.endsWith('.js')).map(read));
      if (size > budgetBytes)
        throw new Error(`the agent’s app loads ${size} bytes of script, ${budgetBytes} are allowed`);
      const shell = { [`${base}agent/`]: digestOf(read(entry)) };
      for (const name of [...names, ...publicFiles]) shell[`${base}${name}`] = digestOf(read(name));
      const version = createHash('sha256').update(JSON.stringify(shell)).digest('hex').slice(0, 16);
      const { code } = await transformWithOxc(readFileSync(worker, 'utf8'), worker);
      const head = `const shellFiles=${JSON.stringify(shell)};const shellVersion=${JSON.stringify(version)};\n`;
      writeFileSync(join(dir, workerFile), `${head}${code}`);
      const told = { scriptBytes: size, budgetBytes, files: names };
      writeFileSync(join(dir, 'agent', 'size.json'), `${JSON.stringify(told)}\n`);
      for (const name of [...names, entry]) writeFileSync(join(dir, `${name}.br`), compressed(read(name)));
    },
  },
});
