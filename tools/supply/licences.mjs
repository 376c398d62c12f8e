// The licences of everything that runs in production, against the list of those we may use. Reads the lockfile and the
// installed packages, asks nobody.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isMain, root, say } from '../bootstrap/project.mjs';

/** SPDX identifiers, or expressions of which we may choose a part. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
]);
/** Packages that do not name a licence by its identifier: read by a person, with what was found. */
export const readByHand = { 'node_modules/png-js': 'MIT' };

/** True when every part joined by AND may be used, of parts joined by OR one of them. */
export function mayUse(expression) {
  const text = expression.replace(/^\(|\)$/g, '');
  if (text.includes(' OR ')) return text.split(' OR ').some(mayUse);
  return text.split(' AND ').every((part) => allowed.has(part));
}

/** Packages of a lockfile that production installs and whose licence we may not use: `{path, licence}`. */
export function licenceProblems(lock, byHand = readByHand) {
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, link }]) => path !== '' && !dev && !devOptional && !link)
    .map(([path, { license }]) => ({ path, licence: byHand[path] ?? license ?? 'none named' }))
    .filter(({ licence }) => !mayUse(licence));
}

function licences() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const problems = licenceProblems(lock);
  // What was read by hand must still be what was read.
  for (const path of Object.keys(readByHand)) {
    if (lock.packages[path] === undefined) problems.push({ path, licence: 'read by hand and no longer installed' });
  }
  for (const { path, licence } of problems) say(`licences: ${path}: ${licence}`);
  if (problems.length > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) {
  try {
    licences();
  } catch (error) {
    fail(error);
  }
}
