import type { ServiceItem } from '@tongban/domain/catalogue';
import { holdingsOver, type CivilDate, type Holding } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import { delegationsOf, type PublisherCatalogue } from '../snapshot-records.js';

/** What each place holds over each item, by item and then by place; by what is held here of the places' publishers. */
export function holdingsOf(
  cataloguesFor: (place: NodeCode) => readonly PublisherCatalogue[],
  items: readonly ServiceItem[],
  places: readonly NodeCode[],
  on: CivilDate,
): Holding[][] {
  // Most places see the same publishers, and so the same delegations.
  const chains = new Map<string, readonly PublisherCatalogue[]>();
  const placed = places.map((place) => {
    const catalogues = cataloguesFor(place);
    const chain = catalogues.map(({ publisher }) => publisher).join();
    chains.set(chain, catalogues);
    return { place, chain };
  });
  return items.map((item) => {
    const asked = [...chains].map(
      ([chain, catalogues]) => [chain, holdingsOver(item, delegationsOf(catalogues, item.code), on)] as const,
    );
    const holding = new Map(asked);
    return placed.map(({ place, chain }) => holding.get(chain)!(place));
  });
}
