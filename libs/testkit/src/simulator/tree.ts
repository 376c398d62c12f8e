import { nodeCode, parentOf, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import type { Chance } from './chance.js';

/** Which nodes a world has, and which host serves which. */
export interface Tree {
  readonly nodes: readonly NodeCode[];
  readonly hosts: readonly { readonly name: string; readonly nodes: readonly NodeCode[] }[];
}

export const province = nodeCode('370000000000');
const city = nodeCode('371100000000');

export interface TreeSize {
  readonly districts: readonly [number, number];
  readonly townships: readonly [number, number];
  readonly villages: readonly [number, number];
}

/** From the gateway down to villages: a handful of nodes, or hundreds. */
export function growTree(chance: Chance, size: TreeSize): Tree {
  const nodes: NodeCode[] = [province, city];
  const two = (number: number): string => String(number).padStart(2, '0');
  const three = (number: number): string => String(number).padStart(3, '0');
  for (let d = 1; d <= chance.between(...size.districts); d++) {
    const district = `3711${two(d)}`;
    nodes.push(nodeCode(`${district}000000`));
    for (let t = 1; t <= chance.between(...size.townships); t++) {
      nodes.push(nodeCode(`${district}${three(t)}000`));
      for (let v = 1; v <= chance.between(...size.villages); v++)
        nodes.push(nodeCode(`${district}${three(t)}${three(v)}`));
    }
  }
  return { nodes, hosts: assign(chance, nodes) };
}

const mostHosts: Record<Tier, number> = { province: 1, city: 1, district: 2, township: 3, village: 4 };

function assign(chance: Chance, nodes: readonly NodeCode[]): Tree['hosts'] {
  const byHost = new Map<string, NodeCode[]>();
  for (const node of nodes) {
    const tier = tierOf(node);
    const name = `${tier}-${chance.between(1, mostHosts[tier])}`;
    byHost.set(name, [...(byHost.get(name) ?? []), node]);
  }
  return [...byHost].map(([name, mine]) => ({ name, nodes: mine }));
}

export const childrenIn = (nodes: readonly NodeCode[], parent: NodeCode): NodeCode[] =>
  nodes.filter((node) => parentOf(node) === parent);
