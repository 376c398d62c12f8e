// Writes the console's typed API client from docs/openapi: node tools/gen/client.mjs [FOLDER]
import { createClient } from '@hey-api/openapi-ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const documents = join(root, 'docs', 'openapi');
export const committed = join(root, 'libs', 'console', 'api', 'src', 'gen');

/** One description of every app's routes; where two apps serve a route they must describe it alike. */
export function mergeDocuments(all) {
  const merged = { ...all[0], paths: {}, components: {} };
  const put = (target, key, value, place) => {
    const known = target[key];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
      throw new Error(`${place} ${key} is described differently by two apps`);
    }
    target[key] = value;
  };
  for (const { paths, components } of all) {
    for (const [path, methods] of Object.entries(paths)) {
      merged.paths[path] ??= {};
      for (const [method, route] of Object.entries(methods)) put(merged.paths[path], method, route, path);
    }
    for (const [kind, members] of Object.entries(components)) {
      merged.components[kind] ??= {};
      for (const [name, member] of Object.entries(members)) put(merged.components[kind], name, member, kind);
    }
  }
  return merged;
}

export async function makeClient(folder) {
  const names = readdirSync(documents).filter((name) => name.endsWith('.json'));
  const input = mergeDocuments(names.map((name) => JSON.parse(readFileSync(join(documents, name), 'utf8'))));
  await createClient({
    input,
    output: { path: folder, clean: true },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeClient(process.argv[2] ?? committed);
