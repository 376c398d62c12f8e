import type { ServiceItem } from '@tongban/domain/catalogue';
import type { CivilDate, Holding } from '@tongban/domain/delegation';
import { isWithin, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import type { CatalogueView } from '../catalogue-view.js';
import { matcherOf, type OffersQuery } from '../offers-query.js';
import type { Place, Places } from '../ports.js';

/** A part of one axis. */
export interface Range {
  /** Index of the first, from 0. */
  readonly from: number;
  readonly limit: number;
}

export interface MatrixQuery {
  readonly items: Pick<OffersQuery, 'query' | 'level' | 'department'>;
  /** The subtree; the node's own without it. */
  readonly under?: NodeCode | undefined;
  readonly tier?: Tier | undefined;
  /** Part of a name, or the beginning of a code. */
  readonly place?: string | undefined;
  readonly on: CivilDate;
  readonly rows: Range;
  readonly columns: Range;
}

/** A window of the matrix of items and divisions. */
export interface Matrix {
  readonly itemsTotal: number;
  readonly placesTotal: number;
  readonly items: readonly ServiceItem[];
  readonly places: readonly Place[];
  /** By item, then by place. */
  readonly holdings: readonly (readonly Holding[])[];
}

const windowOf = <T>(all: readonly T[], { from, limit }: Range): readonly T[] => all.slice(from, from + limit);

/** Who holds what over which item, of all that the node sees and the divisions below it: the window that is asked for. */
export function readMatrix(
  view: Pick<CatalogueView, 'itemsOf' | 'holdings'>,
  places: Places,
  node: NodeCode,
  asked: MatrixQuery,
): Matrix {
  const { on, under = node, tier, place: words = '', rows, columns } = asked;
  const name = words.trim().toLowerCase();
  const matches = matcherOf({ ...asked.items, limit: rows.limit, on });
  const items = view.itemsOf(node, on).filter(matches);
  const below = places(node).filter(
    (place) =>
      isWithin(place.code, under) &&
      (tier === undefined || tierOf(place.code) === tier) &&
      (place.name.toLowerCase().includes(name) || place.code.startsWith(name)),
  );
  const shownItems = windowOf(items, rows);
  const shownPlaces = windowOf(below, columns);
  const codes = shownPlaces.map(({ code }) => code);
  return {
    itemsTotal: items.length,
    placesTotal: below.length,
    items: shownItems,
    places: shownPlaces,
    holdings: view.holdings(shownItems, codes, on),
  };
}
