import type { shapes } from '@tongban/console/api';

export type LinkMap = shapes.LinkMap;
export type StrainedLink = LinkMap['links'][number];
/** `unknown`: below a node that is out of reach. */
export type NodeHealth = StrainedLink['state'] | 'unknown' | 'fine';

/** The worst first. */
export const nodeHealths = ['faulty', 'silent', 'unheard', 'behind', 'unknown', 'fine'] as const;

export interface LinkNode {
  readonly code: string;
  /** Of the link to the division above. */
  readonly health: NodeHealth;
  readonly link: StrainedLink | undefined;
  /** Those with the worst link, their own or one below, first. */
  readonly children: readonly LinkNode[];
  /** The worst of its own link and all below. */
  readonly worst: NodeHealth;
  /** Links below that are not fine, and all of them. */
  readonly strained: number;
  readonly total: number;
}

interface Place {
  readonly code: string;
  readonly parent: string;
}

const rank = (health: NodeHealth): number => nodeHealths.indexOf(health);
const worseFirst = (a: LinkNode, b: LinkNode): number =>
  rank(a.worst) - rank(b.worst) || b.strained - a.strained || (a.code < b.code ? -1 : 1);

/** Nothing is known of what lies below a node that its parent does not hear. */
const isOut = (health: NodeHealth): boolean => health === 'silent' || health === 'unheard' || health === 'unknown';

/** The links below a division as a tree of its divisions: whatever is not named is fine, or unknown below a silence. */
export function linkTreeOf(root: string, places: readonly Place[], { links }: Pick<LinkMap, 'links'>): LinkNode[] {
  const strained = new Map(links.map((link) => [link.node, link]));
  const children = new Map<string, string[]>();
  for (const { code, parent } of places) {
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [code]);
    else known.push(code);
  }
  const below = (parent: string, dark: boolean): LinkNode[] =>
    (children.get(parent) ?? [])
      .map((code): LinkNode => {
        const link = strained.get(code);
        const health = link?.state ?? (dark ? 'unknown' : 'fine');
        const inner = below(code, isOut(health));
        const worst = inner.reduce<NodeHealth>(
          (found, one) => (rank(one.worst) < rank(found) ? one.worst : found),
          health,
        );
        const isStrained = (one: LinkNode) => Number(one.health !== 'fine') + one.strained;
        return {
          ...{ code, health, link, children: inner, worst },
          strained: inner.reduce((sum, one) => sum + isStrained(one), 0),
          total: inner.reduce((sum, one) => sum + 1 + one.total, 0),
        };
      })
      .sort(worseFirst);
  return below(root, false);
}

/** The nodes of a tree that satisfy a condition, the worst first. */
export function nodesIn(tree: readonly LinkNode[], wanted: (node: LinkNode) => boolean): LinkNode[] {
  const found: LinkNode[] = [];
  const look = (nodes: readonly LinkNode[]): void => {
    for (const node of nodes) {
      if (wanted(node)) found.push(node);
      look(node.children);
    }
  };
  look(tree);
  return found.sort((a, b) => rank(a.health) - rank(b.health) || (a.code < b.code ? -1 : 1));
}

export function countsOf(tree: readonly LinkNode[]): Readonly<Record<NodeHealth, number>> {
  const counts = { faulty: 0, silent: 0, unheard: 0, behind: 0, unknown: 0, fine: 0 };
  for (const { health } of nodesIn(tree, () => true)) counts[health] += 1;
  return counts;
}
