import type { NodeCode } from '@tongban/kernel';
import type { mayAnswer } from '@tongban/federation/core';
import type { Incarnation, Store } from './store/port.js';

/**
 * What a host waits for after its database was put back to an earlier state: until every neighbour of a node has given
 * back all that it holds, the node writes nothing, for it could write another entry in the place of a lost one.
 */
export class Recovery {
  private readonly waiting = new Map<NodeCode, Set<NodeCode>>();

  constructor(
    private readonly incarnation: Incarnation,
    private readonly core: { readonly mayAnswer: typeof mayAnswer },
  ) {}

  get restored(): boolean {
    return this.incarnation.restored;
  }

  /** `neighboursOf` names neighbours that the restored state may never have heard of. */
  async load(
    store: Store,
    nodes: readonly NodeCode[],
    neighboursOf: (node: NodeCode) => readonly NodeCode[],
  ): Promise<void> {
    if (!this.restored) return;
    const rows = await store.run(async (tx) => {
      await tx.beginOwnSessions(this.incarnation.id);
      return tx.readNeighbours(nodes);
    });
    for (const node of nodes) this.waiting.set(node, new Set(neighboursOf(node)));
    for (const { node, peer } of rows) this.waiting.get(node)?.add(peer);
    for (const { node, peer, caughtUpIn } of rows) if (caughtUpIn === this.incarnation.id) this.caughtUp(node, peer);
  }

  isOpen(node: NodeCode): boolean {
    return (this.waiting.get(node)?.size ?? 0) === 0;
  }

  /** True while the neighbour still has to give back what it holds. */
  awaits(node: NodeCode, peer: NodeCode): boolean {
    return this.waiting.get(node)?.has(peer) ?? false;
  }

  awaited(): { readonly node: NodeCode; readonly peer: NodeCode }[] {
    return [...this.waiting].flatMap(([node, peers]) => [...peers].map((peer) => ({ node, peer })));
  }

  mayAnswer(node: NodeCode, peer: NodeCode): boolean {
    return this.core.mayAnswer(this.waiting.get(node) ?? new Set(), peer);
  }

  caughtUp(node: NodeCode, peer: NodeCode): void {
    this.waiting.get(node)?.delete(peer);
  }
}
