import { audienceNames, themeCodes } from '@tongban/domain/catalogue';
import type { GuideEntry } from './place-index.js';

export interface Facet {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

export interface Facets {
  readonly themes: Facet[];
  readonly departments: Facet[];
  readonly audiences: Facet[];
}

function countOf(values: Iterable<readonly [id: string, name: string]>): Facet[] {
  const counts = new Map<string, { id: string; name: string; count: number }>();
  for (const [id, name] of values) {
    const known = counts.get(id);
    if (known === undefined) counts.set(id, { id, name, count: 1 });
    else known.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** How a further choice would divide what was found, the most frequent first. */
export const facetsOf = (entries: readonly GuideEntry[]): Facets => ({
  themes: countOf(entries.flatMap(({ item }) => item.themes.map((id) => [id, themeCodes(id).zh] as const))),
  departments: countOf(entries.map(({ item, departmentName }) => [item.departmentId, departmentName] as const)),
  audiences: countOf(entries.flatMap(({ item }) => item.audience.map((id) => [id, audienceNames[id]] as const))),
});
