// The realm of one city: deploy/keycloak/realm.json with a group for every division of the city's divisions file.
//
//   node tools/keycloak/realm.mjs --divisions .tongban/divisions.json --out realm.json
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BootstrapError, fail, isMain, root } from '../bootstrap/project.mjs';

export const realmFile = join(root, 'deploy', 'keycloak', 'realm.json');

/** The code makes the name unique and sorts the list; the attribute is what tokens carry. */
const groupOf = ({ code, name }) => ({ name: `${code} ${name}`, attributes: { division: [code] }, subGroups: [] });

/**
 * Groups nested as the divisions are; the root is the city.
 * @throws {BootstrapError} when a division's parent is missing
 */
export function groupsOf({ city, divisions }) {
  const groups = new Map(divisions.map((division) => [division.code, groupOf(division)]));
  const top = [];
  for (const { code, parent } of divisions) {
    const siblings = code === city ? top : groups.get(parent)?.subGroups;
    if (siblings === undefined) throw new BootstrapError(`the division ${code} lies in ${parent}, which is not there`);
    siblings.push(groups.get(code));
  }
  return top;
}

/** A group's path as Keycloak writes it; undefined when no group stands for the division. */
export function groupPathOf(groups, division, above = '') {
  for (const { name, attributes, subGroups } of groups) {
    const path = `${above}/${name}`;
    if (attributes.division?.[0] === division) return path;
    const below = groupPathOf(subGroups, division, path);
    if (below !== undefined) return below;
  }
  return undefined;
}

export const realmOf = (realm, divisionsFile) => ({ ...realm, groups: groupsOf(divisionsFile) });

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

function main() {
  const { values } = parseArgs({ options: { divisions: { type: 'string' }, out: { type: 'string' } } });
  if (!values.divisions || !values.out) throw new BootstrapError('usage: realm.mjs --divisions <file> --out <file>');
  const realm = realmOf(readJson(realmFile), readJson(values.divisions));
  writeFileSync(values.out, `${JSON.stringify(realm, null, 2)}\n`);
}

if (isMain(import.meta.url)) {
  try {
    main();
  } catch (error) {
    fail(error);
  }
}
