import { ancestorAt, ok, refuse, tierOf, tiers, type NodeCode, type Result, type Tier } from '@tongban/kernel';
import { inForce, powers, tierNames, type CivilDate, type Delegation, type Power } from './delegation.js';

/** What routing needs of a service item: its code and the tier where the competent authority sits. */
export interface RoutedItem {
  readonly code: string;
  readonly level: Tier;
}

export interface RouteQuestion {
  readonly item: RoutedItem;
  /** Where the applicant is. */
  readonly intake: NodeCode;
  readonly delegations: readonly Delegation[];
  readonly on: CivilDate;
}

/** Which node does what with a case; all of them lie on the path from the competent node down to the intake. */
export interface Route {
  readonly competent: NodeCode;
  readonly accept: NodeCode;
  readonly review: NodeCode;
  readonly decide: NodeCode;
  readonly certify: NodeCode;
  readonly deliver: NodeCode;
}

/** The path from the competent node to the intake, top down; empty when the intake lies above the item's level. */
export function pathDown(intake: NodeCode, level: Tier): NodeCode[] {
  const path: NodeCode[] = [];
  for (const tier of tiers.slice(tiers.indexOf(level))) {
    const node = ancestorAt(intake, tier);
    // A city without districts is its own ancestor at the district's tier.
    if (node !== undefined && node !== path.at(-1)) path.push(node);
  }
  return path;
}

export const covers = ({ to }: Delegation, node: NodeCode): boolean => to === node || to === tierOf(node);

/**
 * Who gives to the node by this delegation; undefined when the giver would stand at the node's tier or below. A city
 * without districts gives what the tier of districts gives elsewhere.
 */
export function giverFor({ from }: Delegation, node: NodeCode): NodeCode | undefined {
  const giver = ancestorAt(node, from);
  return giver === node ? undefined : giver;
}

/**
 * The nodes of the path that hold a power, top down. `seeds` hold it by right. Every giver stands above its taker,
 * so one walk downwards sees each giver before what it gave.
 */
function holders(
  power: Power,
  path: readonly NodeCode[],
  given: readonly Delegation[],
  seeds: readonly NodeCode[],
): NodeCode[] {
  const held: NodeCode[] = [];
  for (const node of path) {
    const hasGiver = (delegation: Delegation) =>
      held.some((giver) => giver === giverFor(delegation, node)) &&
      delegation.powers.includes(power) &&
      covers(delegation, node);
    if (seeds.includes(node) || given.some(hasGiver)) held.push(node);
  }
  return held;
}

export type Holding = Readonly<Record<Power, readonly NodeCode[]>>;

export function holdingOn(path: readonly NodeCode[], competent: NodeCode, given: readonly Delegation[]): Holding {
  const heldBy = (power: Power, seeds: readonly NodeCode[] = [competent]) => holders(power, path, given, seeds);
  const accept = heldBy('accept');
  // Who may accept a case may also take it in.
  const submit = heldBy('submit', accept);
  const isDeliveryRuled = given.some((delegation) => delegation.powers.includes('deliver'));
  return {
    submit,
    accept,
    review: heldBy('review'),
    decide: heldBy('decide'),
    certify: heldBy('certify'),
    // Unless someone ruled otherwise, the result goes to where the applicant came.
    deliver: isDeliveryRuled ? heldBy('deliver') : submit,
  };
}

/**
 * Which node handles a case of the item taken in at `intake`: for each power the lowest holder on the path from the
 * competent node to the intake, where every holder but the first got it from a holder above.
 * Refuses `delegation.intake-above` when the intake stands above the competent tier, and `delegation.none` when the
 * intake may neither submit nor accept.
 */
export function resolveRoute({ item, intake, delegations, on }: RouteQuestion): Result<Route> {
  const path = pathDown(intake, item.level);
  const [competent] = path;
  if (competent === undefined) {
    return refuse('delegation.intake-above', `事项 ${item.code} 由${tierNames[item.level]}主管，${intake} 不能收件`, {
      item: item.code,
      intake,
    });
  }
  const holding = holdingOn(path, competent, inForce(delegations, item.code, on));
  if (!holding.submit.includes(intake)) {
    return refuse('delegation.none', `${on}，${intake} 对事项 ${item.code} 没有收件或受理权限`, {
      item: item.code,
      intake,
    });
  }
  const lowest = (power: Power): NodeCode => holding[power].at(-1) ?? competent;
  return ok({
    competent,
    accept: lowest('accept'),
    review: lowest('review'),
    decide: lowest('decide'),
    certify: lowest('certify'),
    deliver: lowest('deliver'),
  });
}

/** Every power the node itself holds over the item that day, in the order of `powers`; empty when it has none. */
export function powersAt(
  node: NodeCode,
  item: RoutedItem,
  delegations: readonly Delegation[],
  on: CivilDate,
): readonly Power[] {
  const path = pathDown(node, item.level);
  const [competent] = path;
  if (competent === undefined) return [];
  const holding = holdingOn(path, competent, inForce(delegations, item.code, on));
  return powers.filter((power) => holding[power].includes(node));
}
