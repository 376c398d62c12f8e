import type { NodeCode } from '@tongban/kernel';
import type { Backlog } from './backlog.js';
import type { HostParts } from './parts.js';
import type { Sessions } from './sessions.js';

export const takeUpLimits = {
  /** Offers and requests that waited, taken up in one transaction. */
  resumeRows: 100,
  /** Transactions for one node at one occasion; what is left waits for the next one. */
  resumeRounds: 100,
} as const;

/** Takes up what waited: for a recovery, for parked entries of its record, or for the entry before it. */
export class TakeUp {
  /** Nodes of which something may wait for parked entries. */
  private readonly held = new Set<NodeCode>();

  constructor(
    private readonly parts: HostParts,
    private readonly backlog: Backlog,
    private readonly sessions: Sessions,
    private readonly nodes: readonly NodeCode[],
  ) {}

  /** Before anything is received: what an upgrade has made applicable. */
  async replay(): Promise<void> {
    const { parked, store } = this.parts;
    for (const { node } of parked.all()) this.held.add(node);
    await this.backlog.replay(this.nodes);
    for (const node of await store.run((tx) => tx.readWaiting(this.nodes))) this.held.add(node);
  }

  /** After entries were applied at a node: parked ones of the same records. */
  async afterEntries(node: NodeCode): Promise<void> {
    const { parked } = this.parts;
    const due = parked.takeDue(node);
    if (due.length === 0) return;
    this.held.add(node);
    try {
      for (const record of due) await this.backlog.replayRecord(node, record);
    } catch (error) {
      parked.makeDue(node, due);
      this.interrupted('parked entries', error);
      return;
    }
    await this.all([node]);
  }

  /** Hand-overs, requests, and the word to neighbours that wait as well. */
  async resume(): Promise<void> {
    const { recovery, parked } = this.parts;
    for (const node of parked.dueNodes()) await this.afterEntries(node);
    for (const { node } of parked.all()) this.held.add(node);
    if (recovery.restored) {
      try {
        await this.sessions.answerDue(this.nodes);
      } catch (error) {
        this.interrupted('neighbours', error);
      }
    }
    await this.all(recovery.restored ? this.nodes : [...this.held]);
  }

  async node(node: NodeCode): Promise<void> {
    for (let round = 0; round < takeUpLimits.resumeRounds && this.parts.recovery.isOpen(node); round++) {
      if (!(await this.backlog.resume(node, takeUpLimits.resumeRows))) return;
    }
  }

  private async all(nodes: readonly NodeCode[]): Promise<void> {
    try {
      for (const node of nodes) await this.node(node);
    } catch (error) {
      this.interrupted('offers and requests', error);
    }
  }

  private interrupted(what: string, error: unknown): void {
    this.parts.log('warn', 'what waited could not be taken up yet', { what, reason: String(error) });
  }
}
