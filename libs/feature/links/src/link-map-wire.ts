import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { LinkMapSchema } from '@tongban/contract';
import { isNodeCode, isWithin, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { linkMapLimits, linkStates, type LinkMap, type StrainedLink } from './link-map.js';

/** The topic under which maps of links travel up. */
export const linkMapTopic = 'link-map';

const strained = linkStates.filter((state) => state !== 'fine');

export const linkMapBytes = ({ links, omitted }: LinkMap): Uint8Array =>
  toBinary(
    LinkMapSchema,
    create(LinkMapSchema, {
      omitted,
      links: links.map(({ waitingSince = 0, heardAt = 0, ...link }) => ({
        ...link,
        waitingSinceMs: BigInt(waitingSince),
        heardAtMs: BigInt(heardAt),
      })),
    }),
  );

const unreadable = (why: string): Result<never> => refuse('link.schema', `the map of links is unreadable: ${why}`);

/** What a child has said; it may speak of links within it, of each once, and of no others. */
export function readLinkMap(sender: NodeCode, content: Uint8Array): Result<LinkMap> {
  let wire;
  try {
    wire = fromBinary(LinkMapSchema, content);
  } catch {
    return unreadable('not a message');
  }
  if (wire.links.length > linkMapLimits.mostLinks) return unreadable('too many links');
  const links = new Map<string, StrainedLink>();
  for (const { node, state: told, waiting, quarantined, parked, waitingSinceMs, heardAtMs } of wire.links) {
    const state = strained.find((each) => each === told);
    if (!isNodeCode(node) || !isWithin(node, sender)) return unreadable(`it speaks of ${node}`);
    if (state === undefined || links.has(node)) return unreadable(`a state of ${node}`);
    const [waitingSince, heardAt] = [Number(waitingSinceMs), Number(heardAtMs)];
    links.set(node, {
      ...{ node, state, waiting, quarantined, parked },
      ...(waitingSince > 0 ? { waitingSince } : {}),
      ...(heardAt > 0 ? { heardAt } : {}),
    });
  }
  return ok({ links: [...links.values()], omitted: wire.omitted });
}
