// Writes the project.json of every app and library: its name and layer follow from where it lies.
//
//   node tools/bootstrap/projects.mjs            writes what is missing or wrong
//   node tools/bootstrap/projects.mjs --check    only says so, status 1
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isMain, root, say } from './project.mjs';

const deepest = 4;

/** Folder prefixes and the layer they make, first match wins; `eslint.config.mjs` says what a layer may import. */
const layers = [
  ['apps/console', 'console-app'],
  ['apps/', 'app'],
  ['libs/console/', 'console'],
  ['libs/host', 'host'],
  ['libs/feature/', 'feature'],
  ['libs/federation/nest', 'federation-nest'],
  ['libs/federation/transport', 'transport'],
  ['libs/federation/core', 'core'],
  ['libs/platform/', 'platform'],
  ['libs/domain/', 'domain'],
  ['libs/journal', 'journal'],
  ['libs/contract', 'contract'],
  ['libs/kernel', 'kernel'],
  ['libs/testkit', 'testkit'],
  ['tests', 'tests'],
];

/** The project at a folder like `libs/domain/casework`; undefined where the architecture knows no layer. */
export function projectAt(folder) {
  const layer = layers.find(([prefix]) => folder.startsWith(prefix))?.[1];
  if (layer === undefined) return undefined;
  const depth = folder.split('/').length;
  const command = (text) => ({ executor: 'nx:run-commands', options: { command: text } });
  const jest = 'node --experimental-vm-modules node_modules/jest/bin/jest.js --passWithNoTests --selectProjects';
  return {
    $schema: `${'../'.repeat(depth)}node_modules/nx/schemas/project-schema.json`,
    name: folder.replace(/^libs\//, '').replaceAll('/', '-'),
    projectType: folder.startsWith('apps/') ? 'application' : 'library',
    sourceRoot: layer === 'tests' ? folder : `${folder}/src`,
    tags: [`layer:${layer}`],
    targets: { lint: command(`eslint ${folder}`), unit: command(`${jest} unit ${folder}/`) },
  };
}

/** Folders with a `src`, and the tests as one project. */
function* projectFolders(folder, depth = 0) {
  const path = join(root, folder);
  if (!existsSync(path) || !statSync(path).isDirectory() || depth > deepest) return;
  if (existsSync(join(path, 'src')) || folder === 'tests') return void (yield folder);
  for (const name of readdirSync(path).sort()) yield* projectFolders(`${folder}/${name}`, depth + 1);
}

/** `[file, project]` of every project.json as it should be. */
export const expectedFiles = () =>
  ['apps', 'libs', 'tests']
    .flatMap((top) => [...projectFolders(top)])
    .map((folder) => {
      const project = projectAt(folder);
      if (project === undefined) throw new Error(`${folder}: no layer for this folder in tools/bootstrap/projects.mjs`);
      return [join(folder, 'project.json'), project];
    });

const isAsExpected = ([file, project]) => {
  const path = join(root, file);
  return existsSync(path) && JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))) === JSON.stringify(project);
};

async function main() {
  const wrong = expectedFiles().filter((expected) => !isAsExpected(expected));
  if (process.argv.includes('--check')) {
    for (const [file] of wrong) say(`${file} is not as tools/bootstrap/projects.mjs makes it`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
    return;
  }
  const prettier = await import('prettier');
  for (const [file, project] of wrong) {
    const filepath = join(root, file);
    const style = await prettier.resolveConfig(filepath);
    writeFileSync(filepath, await prettier.format(JSON.stringify(project), { ...style, filepath }));
    say(`wrote ${file}`);
  }
}

if (isMain(import.meta.url)) await main().catch(fail);
