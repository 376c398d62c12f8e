import { tierOf, type NodeCode } from '@tongban/kernel';
import { inForce, powers, type CivilDate, type Delegation, type Power } from './delegation.js';
import { holdingOn, pathDown, type RoutedItem } from './route.js';

/** What a node holds over an item. */
export interface Holding {
  /** The node is the competent one. */
  readonly byRight: boolean;
  /** In the order of `powers`; empty when it has none. */
  readonly powers: readonly Power[];
}

const none: Holding = { byRight: false, powers: [] };

/**
 * Holdings of any number of nodes over one item on one day, each as `powersAt` has it. What is given to others is not
 * looked at again for each node: an item may be given to 1,741 of them one by one.
 */
export function holdingsOver(
  item: RoutedItem,
  delegations: readonly Delegation[],
  on: CivilDate,
): (node: NodeCode) => Holding {
  const given = inForce(delegations, item.code, on);
  const byTaker = new Map<string, Delegation[]>();
  for (const delegation of given) {
    const known = byTaker.get(delegation.to);
    if (known === undefined) byTaker.set(delegation.to, [delegation]);
    else known.push(delegation);
  }
  // That anybody was given the delivery counts for all nodes.
  const ruling = given.find((delegation) => delegation.powers.includes('deliver'));
  return (node) => {
    const path = pathDown(node, item.level);
    const [competent] = path;
    if (competent === undefined) return none;
    const takers = new Set<string>(path.flatMap((place) => [place, tierOf(place)]));
    const near = [...takers].flatMap((taker) => byTaker.get(taker) ?? []);
    const holding = holdingOn(path, competent, ruling === undefined ? near : [...near, ruling]);
    return { byRight: node === competent, powers: powers.filter((power) => holding[power].includes(node)) };
  };
}
