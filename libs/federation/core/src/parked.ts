import type { Uuid } from '@tongban/kernel';

/**
 * Whether a node may put an entry into a record: it knows of no entry that stands where its own would. After a restore it
 * may not know before its neighbours have given back what they hold, and an entry that is parked here stands in that place.
 */
export const mayWrite = (node: { readonly recovering: boolean; readonly parked: boolean }): boolean =>
  !node.recovering && !node.parked;

/** Records whose parked entries may have become applicable, now that other entries of them were applied. */
export const triedAgain = (parked: (record: Uuid) => boolean, applied: Iterable<Uuid>): Uuid[] =>
  [...new Set(applied)].filter(parked);
