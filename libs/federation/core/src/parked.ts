import { nextHop, type NodeCode, type Uuid } from '@tongban/kernel';

/**
 * Whether a node may put an entry into a record: it knows of no entry that stands where its own would. After a restore it
 * may not know before its neighbours have given back what they hold, and an entry that is parked here stands in that place.
 */
export const mayWrite = (node: { readonly recovering: boolean; readonly parked: boolean }): boolean =>
  !node.recovering && !node.parked;

/** Records whose parked entries may have become applicable, now that other entries of them were applied. */
export const triedAgain = (parked: (record: Uuid) => boolean, applied: Iterable<Uuid>): Uuid[] =>
  [...new Set(applied)].filter(parked);

/**
 * Whether an entry that is parked at `node` goes to a restored neighbour before it is told "that was everything": where
 * its author stands on the neighbour's side. The author may have lost it and would write another one in its place; and
 * every node on the way to an author holds the record, so that the neighbour may have it.
 */
export const givesParked = (node: NodeCode, peer: NodeCode, author: NodeCode): boolean =>
  nextHop(node, author) === peer;

/**
 * Whether a request for a record of which entries are parked at `node` waits for them. `owner` is who owns the record as
 * far as the node knows. A request that comes from where it would be passed on to has been there: they know an owner on
 * this side, of whom the parked entries tell, and it would go to and fro until it was given up.
 */
export const waitsForParked = (node: NodeCode, owner: NodeCode | undefined, sender: NodeCode | undefined): boolean =>
  owner === undefined || owner === node || nextHop(node, owner) === sender;
