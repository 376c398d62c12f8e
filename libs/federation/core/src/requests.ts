import { nextHop, type NodeCode } from '@tongban/kernel';

/**
 * Whether a request has been at `node` before, when `sender` brings it: it does not come from its origin's side, and in a
 * tree it got to the sender through here. A restored node may have refused it and have forgotten that. The neighbour on the
 * origin's side, who passes refusals on, gives it again if it has no answer; who has only looked for the owner cannot know.
 */
export const cameThrough = (node: NodeCode, sender: NodeCode, origin: NodeCode): boolean =>
  node !== origin && nextHop(node, origin) !== sender;
