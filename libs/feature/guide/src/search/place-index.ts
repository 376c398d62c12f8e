import { departmentNameAt, themeCodes, type Audience, type ServiceItem, type Theme } from '@tongban/domain/catalogue';
import type { CivilDate } from '@tongban/domain/delegation';
import { parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import type { GuideCatalogue } from '../ports.js';
import { rankOf, wordsOf, type Searchable } from './query.js';
import { normalised, termsOf, type Terms } from './terms.js';

/** An item as the people of a place find it. */
export interface GuideEntry extends Searchable {
  readonly item: ServiceItem;
  readonly departmentName: string;
  /** The nearest division upwards that can do something with it: where to go. */
  readonly place: NodeCode;
}

export interface GuideQuery {
  readonly query?: string | undefined;
  readonly theme?: Theme | undefined;
  readonly department?: string | undefined;
  readonly audience?: Audience | undefined;
  /** Only what the place itself handles. */
  readonly hereOnly?: boolean | undefined;
}

/** Places whose list is kept in memory; the one not asked for longest goes first. */
const mostPlacesKept = 512;
const itemsPerRead = 500;
const mostReads = 100;

/**
 * Finds items for places. The list of a place is made when it is first asked for, from what the place offers itself and
 * the list of the division above; it is made anew when the catalogue has changed or another day has begun.
 */
export class PlaceIndex {
  private readonly places = new Map<NodeCode, readonly GuideEntry[]>();
  // Items are never altered, and all places share them.
  private readonly terms = new WeakMap<ServiceItem, Terms>();
  private size = -1;
  private on: CivilDate = '';

  constructor(private readonly catalogue: GuideCatalogue) {}

  /** Best first; without words by code. */
  search(node: NodeCode, on: CivilDate, query: GuideQuery): GuideEntry[] {
    const words = wordsOf(query.query ?? '');
    const found: { readonly entry: GuideEntry; readonly rank: number }[] = [];
    for (const entry of this.entriesOf(node, on)) {
      if (!isWanted(entry, node, query)) continue;
      const rank = rankOf(words, entry);
      if (rank !== undefined) found.push({ entry, rank });
    }
    if (words.length > 0) found.sort(byFitness);
    return found.map(({ entry }) => entry);
  }

  /** What the people of a place can have done, there or above, by code. */
  entriesOf(node: NodeCode, on: CivilDate): readonly GuideEntry[] {
    if (this.size !== this.catalogue.size || this.on !== on) {
      this.places.clear();
      this.size = this.catalogue.size;
      this.on = on;
    }
    const known = this.places.get(node);
    if (known !== undefined) {
      this.places.delete(node);
      this.places.set(node, known);
      return known;
    }
    const entries = this.listOf(node, on);
    this.places.set(node, entries);
    const [oldest] = this.places.keys();
    if (this.places.size > mostPlacesKept && oldest !== undefined) this.places.delete(oldest);
    return entries;
  }

  private listOf(node: NodeCode, on: CivilDate): readonly GuideEntry[] {
    const entries = new Map<string, GuideEntry>();
    const parent = parentOf(node);
    // What is the province's comes through the city's catalogue.
    if (tierOf(node) !== 'city' && parent !== undefined && tierOf(parent) !== 'province') {
      for (const entry of this.entriesOf(parent, on)) entries.set(entry.code, entry);
    }
    const names = new Map(this.catalogue.departmentsOf(node).map((one) => [one.id, departmentNameAt(one, node)]));
    for (const item of this.offeredBy(node, on)) {
      const departmentName = names.get(item.departmentId) ?? item.departmentId;
      const about = normalised([departmentName, ...item.themes.map((theme) => themeCodes(theme).zh)].join(' '));
      entries.set(item.code, { item, code: item.code, terms: this.termsFor(item), departmentName, about, place: node });
    }
    return [...entries.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  private *offeredBy(node: NodeCode, on: CivilDate): Generator<ServiceItem> {
    let cursor: string | undefined;
    for (let read = 0; read < mostReads; read++) {
      const page = this.catalogue.offers(node, {
        ...(cursor === undefined ? {} : { cursor }),
        limit: itemsPerRead,
        on,
      });
      for (const { item } of page.items) yield item;
      cursor = page.next;
      if (cursor === undefined) return;
    }
    throw new Error(`more than ${mostReads * itemsPerRead} items at ${node}`);
  }

  private termsFor(item: ServiceItem): Terms {
    let terms = this.terms.get(item);
    if (terms === undefined) {
      terms = termsOf(item.name);
      this.terms.set(item, terms);
    }
    return terms;
  }
}

function isWanted({ item, place }: GuideEntry, node: NodeCode, query: GuideQuery): boolean {
  const { theme, department, audience, hereOnly } = query;
  if (hereOnly === true && place !== node) return false;
  if (theme !== undefined && !item.themes.includes(theme)) return false;
  if (department !== undefined && item.departmentId !== department) return false;
  return audience === undefined || item.audience.includes(audience);
}

type Found = { readonly entry: GuideEntry; readonly rank: number };

/** A shorter name is the more exact answer to the same words. */
const byFitness = (a: Found, b: Found): number =>
  a.rank - b.rank ||
  a.entry.item.name.length - b.entry.item.name.length ||
  (a.entry.code < b.entry.code ? -1 : a.entry.code > b.entry.code ? 1 : 0);
