import type { Instant, NodeCode } from '@tongban/kernel';

/** Of a link between a node and its parent, the worst first. */
export const linkStates = ['faulty', 'silent', 'unheard', 'behind', 'fine'] as const;
export type LinkState = (typeof linkStates)[number];

export const linkMapLimits = {
  /** Messages that waited longer for their receipt than a busy link needs. */
  behindAfterMs: 60_000,
  /** Every node tells its parent something each minute; three are a silence. */
  silentAfterMs: 180_000,
  /** Links of one map: as many as the largest of cities has nodes; what is beyond is counted. */
  mostLinks: 2_000,
} as const;

/** What waits at one end of a link, or at both together. */
export interface LinkEnd {
  readonly waiting: number;
  /** When the oldest of them was numbered. */
  readonly waitingSince?: Instant;
  readonly quarantined: number;
  /** Of these, the ones that an upgrade or a key makes applicable. */
  readonly parked: number;
}

/** A link that is not fine, by its lower end. */
export interface StrainedLink extends LinkEnd {
  readonly node: NodeCode;
  readonly state: Exclude<LinkState, 'fine'>;
  /** When the upper end last heard of the lower one; undefined where it never did since it began. */
  readonly heardAt?: Instant;
}

/** Links at and below a node, without the fine ones. */
export interface LinkMap {
  /** The worst first, not more than `mostLinks`. */
  readonly links: readonly StrainedLink[];
  readonly omitted: number;
}

/** What a child said last, when, and how many nodes it has with all below it. */
export interface ChildLinks {
  readonly node: NodeCode;
  readonly size: number;
  readonly heardAt?: Instant;
  /** Undefined where the child had nothing to say of links, which only one without children may. */
  readonly map?: LinkMap;
}

export interface LinkQuestion {
  /** What waits here, by neighbour. */
  readonly ends: ReadonlyMap<NodeCode, LinkEnd>;
  readonly children: readonly ChildLinks[];
  readonly now: Instant;
}

const idle: LinkEnd = { waiting: 0, quarantined: 0, parked: 0 };
const byCode = (a: NodeCode, b: NodeCode): number => (a < b ? -1 : a > b ? 1 : 0);
const rank = (state: LinkState): number => linkStates.indexOf(state);

/** The worst that can be said of what waits. */
export function strainOf({ waitingSince, quarantined, parked }: LinkEnd, now: Instant): 'faulty' | 'behind' | 'fine' {
  if (quarantined > parked) return 'faulty';
  const waits = waitingSince !== undefined && now - waitingSince > linkMapLimits.behindAfterMs;
  return waits || parked > 0 ? 'behind' : 'fine';
}

/** Of a link as one end sees it: one that nothing was ever sent on has nothing to be behind with, nor a silence. */
export function stateOf(end: LinkEnd, heardAt: Instant | undefined, now: Instant): Exclude<LinkState, 'unheard'> {
  const strain = strainOf(end, now);
  const waits = end.waitingSince !== undefined && now - end.waitingSince > linkMapLimits.behindAfterMs;
  const isUnheard = heardAt === undefined || now - heardAt > linkMapLimits.silentAfterMs;
  return strain === 'behind' && waits && isUnheard ? 'silent' : strain;
}

function together(a: LinkEnd, b: LinkEnd): LinkEnd {
  const since = [a.waitingSince, b.waitingSince].filter((at) => at !== undefined);
  return {
    waiting: a.waiting + b.waiting,
    ...(since.length === 0 ? {} : { waitingSince: Math.min(...since) }),
    quarantined: a.quarantined + b.quarantined,
    parked: a.parked + b.parked,
  };
}

/** Adds up what waits at a node and what its children have said; of a child that is out of reach nothing below is told. */
export function linkMapOf({ ends, children, now }: LinkQuestion): LinkMap {
  const links: StrainedLink[] = [];
  let omitted = 0;
  for (const { node, heardAt, map } of children) {
    const isSilent = heardAt !== undefined && now - heardAt > linkMapLimits.silentAfterMs;
    const isDark = heardAt === undefined || isSilent;
    const told = isDark ? undefined : map;
    const both = together(ends.get(node) ?? idle, told?.links.find((link) => link.node === node) ?? idle);
    const strain = strainOf(both, now);
    const state = strain === 'faulty' ? strain : isSilent ? 'silent' : isDark ? 'unheard' : strain;
    if (state !== 'fine') links.push({ node, state, ...both, ...(heardAt === undefined ? {} : { heardAt }) });
    for (const link of told?.links ?? []) if (link.node !== node) links.push(link);
    omitted += told?.omitted ?? 0;
  }
  return bounded(links, omitted);
}

/** What a node tells its parent: the links below it, and its own end of the one that leads up. */
export function linkReportOf(node: NodeCode, up: LinkEnd | undefined, below: LinkMap, now: Instant): LinkMap {
  const strain = up === undefined ? 'fine' : strainOf(up, now);
  if (up === undefined || strain === 'fine') return below;
  return bounded([{ node, state: strain, ...up }, ...below.links], below.omitted);
}

function bounded(links: readonly StrainedLink[], omitted: number): LinkMap {
  const ordered = links.toSorted((a, b) => rank(a.state) - rank(b.state) || byCode(a.node, b.node));
  const kept = ordered.slice(0, linkMapLimits.mostLinks);
  return { links: kept, omitted: omitted + ordered.length - kept.length };
}

/** Whether nothing is known of what lies below the node. */
export const isDark = ({ state, heardAt }: StrainedLink, now: Instant): boolean =>
  state === 'silent' ||
  state === 'unheard' ||
  (state === 'faulty' && (heardAt === undefined || now - heardAt > linkMapLimits.silentAfterMs));
