import type { ServiceItem } from '@tongban/domain/catalogue';
import { holdingsOver, inForce, type CivilDate, type Delegation, type Holding } from '@tongban/domain/delegation';
import { ancestorAt, ok, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import type { CatalogueView } from '../catalogue-view.js';
import type { Places } from '../ports.js';

/** A delegation that reaches the place of a cell, now or from a later day. */
export interface CellDelegation {
  /** Its id is `publisher/id`. */
  readonly delegation: Delegation;
  /** Begun; otherwise it begins on a later day. */
  readonly begun: boolean;
  /** The number that the next version of it will bear. */
  readonly nextVersion: number;
  /** How many divisions it reaches, of those that the node knows. */
  readonly reaches: number;
}

/** One item at one place. */
export interface MatrixCell {
  readonly item: ServiceItem;
  readonly place: { readonly code: NodeCode; readonly name: string };
  readonly holding: Holding;
  readonly delegations: readonly CellDelegation[];
}

const isOver = ({ validTo, revokedOn }: Delegation, on: CivilDate): boolean =>
  (validTo !== undefined && validTo < on) || (revokedOn !== undefined && revokedOn <= on);

/** Of each delegation the version that counts on the day, or else the newest that begins later. */
function standing(versions: readonly Delegation[], item: string, on: CivilDate): Omit<CellDelegation, 'reaches'>[] {
  const byId = new Map<string, Delegation[]>();
  for (const version of versions) byId.set(version.id, [...(byId.get(version.id) ?? []), version]);
  return [...byId.values()].flatMap((own): Omit<CellDelegation, 'reaches'>[] => {
    const newestFirst = own.toSorted((a, b) => b.version - a.version);
    const nextVersion = newestFirst[0]!.version + 1;
    const [counting] = inForce(own, item, on);
    if (counting !== undefined) return [{ delegation: counting, begun: true, nextVersion }];
    const later = newestFirst.find((version) => version.validFrom > on && !isOver(version, version.validFrom));
    return later === undefined ? [] : [{ delegation: later, begun: false, nextVersion }];
  });
}

/** Refuses item.unknown, item.not-published, and delegation.place-unknown for a place that is not below the node. */
export function readCell(
  view: CatalogueView,
  places: Places,
  {
    node,
    code,
    place,
    on,
  }: { readonly node: NodeCode; readonly code: string; readonly place: string; readonly on: CivilDate },
): Result<MatrixCell> {
  const item = view.findItem(node, code, on);
  if (!item.ok) return item;
  const known = places(node);
  const found = known.find((each) => each.code === place);
  if (found === undefined) return refuse('delegation.place-unknown', `${place} 不在本区划内`, { place });
  const versions = view.delegationsOver(found.code, code);
  const reaching = standing(versions, code, on).filter(
    ({ delegation: { from, to } }) =>
      (to === found.code || to === tierOf(found.code)) &&
      ![undefined, found.code].includes(ancestorAt(found.code, from)),
  );
  const reachOf = ({ to }: Delegation): number =>
    known.filter((each) => to === each.code || to === tierOf(each.code)).length;
  return ok({
    item: item.value,
    place: found,
    holding: holdingsOver(item.value, versions, on)(found.code),
    delegations: reaching.map((each) => ({ ...each, reaches: reachOf(each.delegation) })),
  });
}
