import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CatalogueStandingSchema } from '@tongban/contract';
import type { CatalogueStanding, SilentNode, StandingGroup } from '@tongban/domain/catalogue';
import { isNodeCode, isWithin, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';

/** The topic under which standings travel up. */
export const standingTopic = 'catalogue-standing';

const digestBytes = 32;

export function standingBytes({ nodes, unheard, silentNodes, groups, silent }: CatalogueStanding): Uint8Array {
  return toBinary(
    CatalogueStandingSchema,
    create(CatalogueStandingSchema, {
      nodes,
      unheard,
      silentNodes,
      groups: groups.map(({ digest, since, named, ...group }) => ({
        ...group,
        named: [...named],
        digest: new Uint8Array(Buffer.from(digest, 'hex')),
        sinceMs: BigInt(since),
      })),
      silent: silent.map(({ node, heardAt, nodes: spokenFor }) => ({
        node,
        heardAtMs: BigInt(heardAt),
        nodes: spokenFor,
      })),
    }),
  );
}

const unreadable = (why: string): Result<never> => refuse('link.schema', `the standing is unreadable: ${why}`);

/** What a child has said; it may speak of nodes within it and of publishers on its path or within it, and of no others. */
export function readStanding(sender: NodeCode, content: Uint8Array): Result<CatalogueStanding> {
  let wire;
  try {
    wire = fromBinary(CatalogueStandingSchema, content);
  } catch {
    return unreadable('not a message');
  }
  const isOwn = (node: string): node is NodeCode => isNodeCode(node) && isWithin(node, sender);
  const groups: StandingGroup[] = [];
  for (const { publisher, digest, named, sinceMs, versions, nodes, home } of wire.groups) {
    if (!isNodeCode(publisher) || !(isWithin(publisher, sender) || isWithin(sender, publisher))) {
      return unreadable(`it speaks of ${publisher}`);
    }
    if (digest.length !== 0 && digest.length !== digestBytes) return unreadable('a digest of another length');
    const own = named.filter(isOwn);
    if (own.length < named.length) return unreadable('it names nodes of others');
    // Only the publisher knows its newest state, and it must be among those who speak.
    if (home && !isWithin(publisher, sender)) return unreadable(`it speaks for ${publisher}`);
    const hex = Buffer.from(digest).toString('hex');
    groups.push({ publisher, digest: hex, named: own, since: Number(sinceMs), versions, nodes, home });
  }
  const silent: SilentNode[] = [];
  for (const { node, heardAtMs, nodes } of wire.silent) {
    if (!isOwn(node)) return unreadable('a silent node of others');
    silent.push({ node, heardAt: Number(heardAtMs), nodes });
  }
  const { nodes, unheard, silentNodes } = wire;
  return ok({ nodes, unheard, silentNodes, groups, silent });
}
