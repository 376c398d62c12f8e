import type { Regime } from '@tongban/domain/catalogue';
import type { CaseRoute, OfferedItem } from './api.js';
import { fillForm, type Filled } from './form.js';
import type { Station } from './places.js';

/** An item that the main job can do for a resident of a station's village. */
export interface UsableItem {
  readonly item: OfferedItem;
  readonly route: CaseRoute;
  readonly form: Filled;
  /** Codes of the materials to hand in: all required ones, and others until there are two. */
  readonly materials: readonly string[];
}

/** Where an item of the main job is handled, seen from the village that takes it in. */
export const paths = ['townshipDecides', 'districtDecides', 'cityDecides'] as const;
export type Path = (typeof paths)[number];

/** Scenario 1 wants two attachments; a second material may be one that is not required. */
const fewestMaterials = 2;
const mostMaterials = 5;

/** In a city without districts the city itself decides what districts decide elsewhere. */
export function pathOf({ accept, decide, certify }: CaseRoute, station: Station, city: string): Path | undefined {
  const { township, above } = station;
  if (accept === township && decide === township && certify === township) return 'townshipDecides';
  if (accept === city && decide === city) return 'cityDecides';
  if (accept === township && decide === above && certify === above) return 'districtDecides';
  return undefined;
}

function materialsOf(item: OfferedItem): string[] {
  const required = item.materials.filter(({ necessity }) => necessity === 'required');
  const others = item.materials.filter(({ necessity }) => necessity !== 'required' && necessity !== 'exempt');
  const missing = Math.max(0, fewestMaterials - required.length);
  return [...required, ...others.slice(0, missing)].map(({ code }) => code);
}

/** What an agent can submit for a natural person with papers that we can make; undefined otherwise. */
export function usable(item: OfferedItem): UsableItem | undefined {
  const { route, powers, presenceRequired, audience } = item;
  if (route === undefined || presenceRequired || !powers.includes('submit') || !audience.includes('naturalPerson')) {
    return undefined;
  }
  const materials = materialsOf(item);
  if (materials.length < fewestMaterials || materials.length > mostMaterials) return undefined;
  const form = fillForm(item.applicantForm);
  return form === undefined ? undefined : { item, route, form, materials };
}

/** Shortest promise first: its date must lie in a year whose working days are published. */
export const byPromise = (a: UsableItem, b: UsableItem): number =>
  a.item.promisedDays - b.item.promisedDays || (a.item.code < b.item.code ? -1 : 1);

export type Assortment = Readonly<Record<Path, readonly UsableItem[]>>;

/** The usable items of a station by their path; items with a certificate or a paper as result come first. */
export function sortOut(items: readonly OfferedItem[], station: Station, city: string): Assortment {
  const usableItems = items.flatMap((item) => usable(item) ?? []).sort(byPromise);
  const hasResult = ({ item }: UsableItem): boolean => item.result.kind !== 'none';
  const on = (path: Path): UsableItem[] => {
    const fitting = usableItems.filter(({ route }) => pathOf(route, station, city) === path);
    return [...fitting.filter(hasResult), ...fitting.filter((candidate) => !hasResult(candidate))];
  };
  return {
    townshipDecides: on('townshipDecides'),
    districtDecides: on('districtDecides'),
    cityDecides: on('cityDecides'),
  };
}

/**
 * Item number `turn` of a path, going round, so that the cases of a run are of different items.
 * @throws when the station's village offers no item on that path
 */
export function pick(assortment: Assortment, path: Path, turn: number, station: Station): UsableItem {
  const list = assortment[path];
  const found = list[turn % Math.max(1, list.length)];
  if (found === undefined) throw new Error(`${station.village} 没有“${pathNames[path]}”的事项可办`);
  return found;
}

/** Where an item of a regime is looked for; what is done in one sitting has to be the township's altogether. */
const pathsOf = (regime: Regime): readonly Path[] => (regime === 'onTheSpot' ? ['townshipDecides'] : paths);

/** The item of a regime with the shortest promise; undefined where the station's village offers none. */
export const pickRegime = (assortment: Assortment, regime: Regime): UsableItem | undefined =>
  pathsOf(regime)
    .flatMap((path) => assortment[path])
    .filter(({ item }) => item.regime === regime)
    .sort(byPromise)[0];

export const pathNames: Readonly<Record<Path, string>> = {
  townshipDecides: '村收件、乡级决定',
  districtDecides: '乡级受理、上一级决定',
  cityDecides: '村收件、市级决定',
};
