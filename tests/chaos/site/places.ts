import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import { type NodeCode } from '@tongban/kernel';
import { readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Person, Station } from '../../e2e/office.js';
import { usernameOf } from '../../e2e/office.js';

/** How much of a city; `Infinity` is all of it. */
export interface SizeOfCity {
  readonly districts: number;
  readonly townshipsEach: number;
  readonly villagesEach: number;
}

/** Cuts a divisions file down to the first so many divisions of each tier; the parents of what stays, stay. */
export function cutDivisions(file: string, size: SizeOfCity): DivisionTree {
  const whole = JSON.parse(readFileSync(file, 'utf8')) as { city: string; source: string; divisions: unknown[] };
  const tree = parseDivisions(whole);
  const kept = new Set<NodeCode>([tree.city]);
  const ofDistricts = tree.children(tree.city).filter(({ kind }) => kind === 'official');
  for (const district of ofDistricts.slice(0, size.districts)) {
    kept.add(district.code);
    const fewest = Number.isFinite(size.villagesEach) ? size.villagesEach : 0;
    const peopled = tree.children(district.code).filter(({ code }) => tree.children(code).length >= fewest);
    for (const township of peopled.slice(0, size.townshipsEach)) {
      kept.add(township.code);
      for (const village of tree.children(township.code).slice(0, size.villagesEach)) kept.add(village.code);
    }
  }
  const divisions = (whole.divisions as { code: NodeCode }[]).filter(({ code }) => kept.has(code));
  const cut = { ...whole, divisions };
  writeFileSync(file, JSON.stringify(cut));
  return parseDivisions(cut);
}

/** Every village with the township and the district above it. */
export function stationsIn(tree: DivisionTree): Station[] {
  return tree.children(tree.city).flatMap((district) =>
    tree.children(district.code).flatMap((township) =>
      tree.children(township.code).map((village) => ({
        village: village.code,
        township: township.code,
        district: district.code,
      })),
    ),
  );
}

const rolesAt = {
  village: ['agent', 'resident'],
  township: ['clerk', 'reviewer', 'approver'],
  district: ['clerk', 'approver'],
} as const;

/** Somebody for every role at every station that nobody holds yet. */
export function staffFor(stations: readonly Station[], known: ReadonlySet<string>): Person[] {
  const persons = new Map<string, Person>();
  for (const station of stations) {
    for (const [tier, roles] of Object.entries(rolesAt)) {
      const division = station[tier as keyof typeof rolesAt];
      for (const role of roles) {
        const username = usernameOf(role, division);
        if (known.has(username)) continue;
        persons.set(username, { username, roles: [role], division, password: randomUUID(), name: '演练人员' });
      }
    }
  }
  return [...persons.values()];
}
