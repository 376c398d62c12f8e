import { parentOf, type NodeCode } from '@tongban/kernel';
import type { Division, DivisionTree } from '@tongban/domain/division';

/** A village, the township above it and who stands above that (the district, or the city where there is none). */
export interface Station {
  readonly village: NodeCode;
  readonly township: NodeCode;
  readonly above: NodeCode;
}

/** How many the main job works at. */
export const stationCount = 3;

/** Official divisions before statistical ones (development zones), then by code. */
const preferred = (list: readonly Division[]): Division[] =>
  [...list].sort((a, b) => Number(a.kind === 'statistical') - Number(b.kind === 'statistical'));

/** Without those that have ended: nothing begins there. */
const standing = (divisions: DivisionTree, list: readonly Division[]): Division[] =>
  list.filter(({ code }) => divisions.endOf(code) === undefined);

/** The townships of each county-level division; a city without any has its townships itself. */
function townshipGroups(divisions: DivisionTree): Division[][] {
  const townships = standing(divisions, divisions.within([`${divisions.city.slice(0, 4)}*`], 'township'));
  const groups = new Map<string, Division[]>();
  for (const township of townships) {
    if (standing(divisions, divisions.villagesOf(township.code)).length === 0) continue;
    const group = groups.get(township.parent);
    if (group) group.push(township);
    else groups.set(township.parent, [township]);
  }
  const parents = [...groups.keys()].flatMap((code) => divisions.find(code) ?? []);
  return preferred(parents).map(({ code }) => preferred(groups.get(code) ?? []));
}

/**
 * Where the main job works: the first village of a township, one township of each district in turn until there are
 * `stationCount`. The same divisions always give the same stations; fewer when the city has fewer townships.
 * @throws when the city has no village
 */
export function chooseStations(divisions: DivisionTree): Station[] {
  const groups = townshipGroups(divisions);
  const deepest = Math.max(0, ...groups.map((group) => group.length));
  const stations: Station[] = [];
  for (let turn = 0; turn < deepest && stations.length < stationCount; turn++) {
    for (const group of groups) {
      const township = group[turn];
      const village = township && standing(divisions, divisions.villagesOf(township.code))[0];
      if (township === undefined || village === undefined || stations.length === stationCount) continue;
      stations.push({ village: village.code, township: township.code, above: parentOf(township.code)! });
    }
  }
  if (stations.length === 0) throw new Error(`${divisions.city} has no village to work at`);
  return stations;
}

/** The station of a number, going round where there are fewer. */
export const stationAt = (stations: readonly Station[], number: number): Station => stations[number % stations.length]!;
