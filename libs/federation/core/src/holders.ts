import { isWithin, nextHop, parentOf, type NodeCode } from '@tongban/kernel';
import type { RecordHead } from './head.js';

/**
 * The neighbours of `node` that hold a record: its parent, always (ancestors watch, and the gateway reports), and every
 * child on the way to a member.
 */
export function neighbours(node: NodeCode, members: readonly NodeCode[]): NodeCode[] {
  const found = new Set<NodeCode>();
  const parent = parentOf(node);
  if (parent !== undefined) found.add(parent);
  for (const member of members) {
    if (member !== node && isWithin(member, node)) found.add(nextHop(node, member)!);
  }
  return [...found].sort();
}

export interface Forward {
  readonly to: NodeCode;
  /** First and last entry number to send, both included. */
  readonly from: number;
  readonly until: number;
}

/**
 * What an applied or written entry makes a node send: the entry itself to neighbours that hold the record already, the
 * whole history to a neighbour that an offer has just made a holder, nothing back to where it came from.
 */
export function forwards(
  node: NodeCode,
  before: RecordHead | undefined,
  after: RecordHead,
  cameFrom: NodeCode | undefined,
): Forward[] {
  const held = before === undefined ? [] : neighbours(node, before.members);
  return neighbours(node, after.members)
    .filter((to) => to !== cameFrom)
    .map((to) => ({ to, from: held.includes(to) ? after.seq : 1, until: after.seq }));
}

/** Every node that holds a record with these members, up to and including `top`. */
export function holders(members: readonly NodeCode[], top: NodeCode): NodeCode[] {
  const found = new Set<NodeCode>();
  for (const member of members) {
    for (let node: NodeCode | undefined = member; node !== undefined; node = parentOf(node)) {
      found.add(node);
      if (node === top) break;
    }
  }
  return [...found].sort();
}
