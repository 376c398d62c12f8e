import { isWithin, type Instant, type NodeCode } from '@tongban/kernel';

/** What a node holds of one publisher: equal digests mean the same versions of the same records. */
export interface PublisherState {
  readonly publisher: NodeCode;
  readonly versions: number;
  /** 64 hexadecimal digits; '' for several states that were counted together. */
  readonly digest: string;
  /** Since when. */
  readonly since: Instant;
}

/** Nodes that hold the same of one publisher's catalogue. */
export interface StandingGroup extends PublisherState {
  readonly nodes: number;
  /** Some of them, by code; never more than `mostNamed`. */
  readonly named: readonly NodeCode[];
  /** The publisher is among them: this is its newest state. `since` is when the last of the nodes came to it. */
  readonly home: boolean;
}

/** A child that has said nothing for long, with the number of nodes it speaks for. */
export interface SilentNode {
  readonly node: NodeCode;
  readonly heardAt: Instant;
  readonly nodes: number;
}

/** How a node and all below it stand; what it tells its parent. */
export interface CatalogueStanding {
  /** The node and all below it that have ever been heard of, and those that have not. */
  readonly nodes: number;
  readonly unheard: number;
  /** Nodes that silent children speak for; they count in the groups as they were last. */
  readonly silentNodes: number;
  readonly groups: readonly StandingGroup[];
  readonly silent: readonly SilentNode[];
}

export const standingLimits = {
  mostNamed: 50,
  /** Groups of one standing; what is beyond is counted together, by publisher. */
  mostGroups: 400,
  mostSilent: 100,
  /** A child that has reported nothing for so long is out of reach. */
  silentAfterMs: 180_000,
} as const;

/** A child of a node: what it said last, if anything, and how many nodes it has with all below it. */
export interface ChildStanding {
  readonly node: NodeCode;
  readonly size: number;
  readonly last?: { readonly heardAt: Instant; readonly standing: CatalogueStanding };
}

export interface StandingQuestion {
  readonly node: NodeCode;
  /** What the node itself holds. */
  readonly own: readonly PublisherState[];
  readonly children: readonly ChildStanding[];
  readonly now: Instant;
}

const byCode = (a: NodeCode, b: NodeCode): number => (a < b ? -1 : a > b ? 1 : 0);

function together(a: StandingGroup, b: StandingGroup): StandingGroup {
  return {
    ...a,
    versions: Math.max(a.versions, b.versions),
    nodes: a.nodes + b.nodes,
    named: [...a.named, ...b.named].sort(byCode).slice(0, standingLimits.mostNamed),
    since: Math.max(a.since, b.since),
    home: a.home || b.home,
  };
}

function grouped(groups: readonly StandingGroup[]): StandingGroup[] {
  const found = new Map<string, StandingGroup>();
  for (const group of groups) {
    const place = `${group.publisher} ${group.digest}`;
    const known = found.get(place);
    found.set(place, known === undefined ? group : together(known, group));
  }
  return [...found.values()];
}

/**
 * What is told upwards and shown: of publishers below the node only those that somebody lags behind, for whoever has
 * everything of them need not be mentioned; nobody is named who holds the newest state.
 */
function condensed(node: NodeCode, groups: readonly StandingGroup[]): StandingGroup[] {
  const complete = new Set(groups.filter(({ home }) => home).map(({ publisher }) => publisher));
  for (const { publisher, home } of groups) if (!home) complete.delete(publisher);
  const kept = groups.filter(
    ({ publisher }) => publisher === node || !isWithin(publisher, node) || !complete.has(publisher),
  );
  const ordered = kept
    .map((group) => (group.home ? { ...group, named: [] } : group))
    .sort((a, b) => byCode(a.publisher, b.publisher) || Number(b.home) - Number(a.home) || b.nodes - a.nodes);
  if (ordered.length <= standingLimits.mostGroups) return ordered;
  const rest = ordered.slice(standingLimits.mostGroups).map((group) => ({ ...group, digest: '', home: false }));
  return grouped([...ordered.slice(0, standingLimits.mostGroups), ...rest]);
}

/** Adds up what a node holds itself and what its children have said of theirs. */
export function standingOf({ node, own, children, now }: StandingQuestion): CatalogueStanding {
  const groups: StandingGroup[] = own.map((state) => ({
    ...{ ...state, nodes: 1, named: [node], home: state.publisher === node },
  }));
  let nodes = 1;
  let unheard = 0;
  let silentNodes = 0;
  const silent: SilentNode[] = [];
  for (const { node: child, size, last } of children) {
    if (last === undefined) {
      unheard += size;
      continue;
    }
    const { heardAt, standing } = last;
    groups.push(...standing.groups);
    nodes += standing.nodes;
    unheard += standing.unheard;
    if (now - heardAt > standingLimits.silentAfterMs) {
      silent.push({ node: child, heardAt, nodes: standing.nodes });
      silentNodes += standing.nodes;
    } else {
      silent.push(...standing.silent);
      silentNodes += standing.silentNodes;
    }
  }
  return {
    ...{ nodes, unheard, silentNodes },
    groups: condensed(node, grouped(groups)),
    silent: silent.sort((a, b) => a.heardAt - b.heardAt || byCode(a.node, b.node)).slice(0, standingLimits.mostSilent),
  };
}

/** How the nodes below stand towards one publisher. */
export interface PublisherStanding {
  readonly publisher: NodeCode;
  /** The newest state known here, and since when every node that has it has it. */
  readonly versions: number;
  readonly since: Instant;
  readonly newest: number;
  readonly behind: number;
  readonly lagging: readonly {
    readonly versions: number;
    readonly nodes: number;
    readonly named: readonly NodeCode[];
  }[];
}

/** By publisher; the newest state is the publisher's own where it is known, else what the node itself holds. */
export function publisherStandings({ groups }: CatalogueStanding, own: readonly PublisherState[]): PublisherStanding[] {
  const held = new Map(own.map((state) => [state.publisher, state.digest]));
  const publishers = [...new Set(groups.map(({ publisher }) => publisher))].sort(byCode);
  return publishers.map((publisher) => {
    const all = groups.filter((group) => group.publisher === publisher);
    const newest =
      all.find(({ home }) => home) ??
      all.find(({ digest }) => digest === held.get(publisher)) ??
      all.reduce((best, group) => (group.versions > best.versions ? group : best));
    const lagging = all.filter((group) => group !== newest);
    return {
      publisher,
      ...{ versions: newest.versions, since: newest.since, newest: newest.nodes },
      behind: lagging.reduce((sum, group) => sum + group.nodes, 0),
      lagging: lagging.map(({ versions, nodes, named }) => ({ versions, nodes, named })),
    };
  });
}
