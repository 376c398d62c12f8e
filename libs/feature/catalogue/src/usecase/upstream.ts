import {
  compareItems,
  deviationsFromBase,
  findLocalisationProblems,
  type FieldChange,
} from '@tongban/domain/catalogue';
import type { CivilDate } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import type { CatalogueView } from '../catalogue-view.js';

export interface TouchedLocalisation {
  readonly item: string;
  readonly name: string;
  readonly basedOn: number;
  readonly current: number;
  readonly changes: FieldChange[];
  /** Fields that the node has localised and that have changed above. */
  readonly touched: string[];
  readonly problems: string[];
}

export interface UpstreamChanges {
  readonly localisations: TouchedLocalisation[];
  /** Codes of localised items that are no longer offered. */
  readonly withdrawn: string[];
  readonly implementations: { item: string; name: string; baseVersion: number; problems: string[] }[];
}

/** The element that a path of a comparison lies in. */
const fieldOf = (path: string): string => path.split(/[.[]/u)[0] ?? path;

/** What has changed above and what of the node's own catalogue it touches; read from the node's own view. */
export function upstreamChanges(view: CatalogueView, node: NodeCode, on: CivilDate): UpstreamChanges {
  const localisations: TouchedLocalisation[] = [];
  const withdrawn: string[] = [];
  for (const localisation of view.ownLocalisations(node, on)) {
    const { item: code, basedOn, fields } = localisation;
    const layers = view.layersOf(node, code, on);
    if (!layers.ok) {
      withdrawn.push(code);
      continue;
    }
    const { value: current } = layers.value.item;
    const before = view.findItemVersion(node, code, basedOn);
    if (current.version === basedOn || !before.ok) continue;
    const changes = compareItems(before.value, current);
    const changed = new Set(changes.map(({ path }) => fieldOf(path)));
    localisations.push({
      item: code,
      name: current.name,
      basedOn,
      current: current.version,
      changes,
      touched: Object.keys(fields).filter((field) => changed.has(field)),
      problems: findLocalisationProblems(localisation, current),
    });
  }
  const implementations = view.ownItems(node, on).flatMap((item) => {
    const layers = view.layersOf(node, item.code, on);
    const base = layers.ok ? layers.value.base?.value : undefined;
    if (base === undefined) return [];
    const problems = deviationsFromBase(item, base);
    return problems.length === 0 ? [] : [{ item: item.code, name: item.name, baseVersion: base.version, problems }];
  });
  return { localisations, withdrawn, implementations };
}
