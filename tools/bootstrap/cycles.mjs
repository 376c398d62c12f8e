// Import cycles between files are errors, also those that a type closes: they weld files into one that is read as one.
// The boundary rule of ESLint sees cycles between projects only.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fail, isMain, root, say } from './project.mjs';

const tops = ['apps', 'libs', 'tests'];
const source = /\.tsx?$/;

function* sourcesBelow(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    // What is generated is its generator's to answer for.
    if (['node_modules', 'dist', 'gen'].includes(name)) continue;
    if (statSync(path).isDirectory()) yield* sourcesBelow(path);
    else if (source.test(name) && !name.endsWith('.d.ts')) yield path;
  }
}

/** The file of ours that an import means; undefined for packages. */
export function resolveImport(from, specifier, base, exists) {
  if (specifier.startsWith('@tongban/')) {
    return join(base, 'libs', specifier.slice('@tongban/'.length), 'src', 'index.ts');
  }
  if (!specifier.startsWith('.')) return undefined;
  const path = join(dirname(from), specifier.replace(/\.jsx?$/, ''));
  return [`${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].find(exists);
}

/**
 * Cycles of a graph `Map<node, nodes>`: its strongly connected parts of more than one node, and nodes that name
 * themselves (Tarjan's algorithm, with a stack of its own, so that depth costs no call stack).
 */
export function cyclesOf(graph) {
  const order = new Map();
  const low = new Map();
  const open = [];
  const isOpen = new Set();
  const cycles = [];
  const enter = (node) => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    open.push(node);
    isOpen.add(node);
    return { node, next: [...(graph.get(node) ?? [])].values() };
  };
  const close = (node) => {
    const part = open.splice(open.indexOf(node));
    for (const member of part) isOpen.delete(member);
    if (part.length > 1 || graph.get(node)?.has(node)) cycles.push(part);
  };
  for (const start of graph.keys()) {
    const path = order.has(start) ? [] : [enter(start)];
    while (path.length > 0) {
      const { node, next } = path.at(-1);
      const { value, done } = next.next();
      if (!done && !order.has(value)) path.push(enter(value));
      else if (!done) {
        if (isOpen.has(value)) low.set(node, Math.min(low.get(node), order.get(value)));
      } else {
        path.pop();
        const above = path.at(-1)?.node;
        if (above !== undefined) low.set(above, Math.min(low.get(above), low.get(node)));
        if (low.get(node) === order.get(node)) close(node);
      }
    }
  }
  return cycles;
}

async function main() {
  const { default: ts } = await import('typescript');
  const graph = new Map();
  for (const file of tops.flatMap((top) => [...sourcesBelow(join(root, top))])) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, false);
    const targets = importedFiles.map(({ fileName }) => resolveImport(file, fileName, root, existsSync));
    graph.set(file, new Set(targets.filter((target) => target !== undefined)));
  }
  const cycles = cyclesOf(graph);
  for (const cycle of cycles) say(`import cycle:\n  ${cycle.map((file) => relative(root, file)).join('\n  ')}`);
  say(`${graph.size} files, ${cycles.length} import cycles`);
  process.exitCode = cycles.length > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await main().catch(fail);
