// Makes generated files in a folder of their own and compares them with the committed ones.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort();

/** Exits 1 and names every file that is missing, too many or different. `make` fills the folder that it is given. */
export async function compareGenerated(committed, make, remedy) {
  const fresh = mkdtempSync(join(tmpdir(), 'tongban-generated-'));
  try {
    await make(fresh);
    const [made, held] = [filesBelow(fresh), filesBelow(committed)];
    const wrong = [...new Set([...made, ...held])].filter(
      (name) =>
        !made.includes(name) ||
        !held.includes(name) ||
        !readFileSync(join(fresh, name)).equals(readFileSync(join(committed, name))),
    );
    if (wrong.length === 0) return;
    console.error(`out of step in ${committed}: ${wrong.join(', ')}\nrun: ${remedy}`);
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
