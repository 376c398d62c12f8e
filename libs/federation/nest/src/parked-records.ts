import type { NodeCode, Uuid } from '@tongban/kernel';
import type { Store } from './store/port.js';

interface Standing {
  /** Transactions that may be parking entries of the record now. */
  open: number;
  /** How many have begun so far. */
  begun: number;
}

/**
 * The records of which entries are parked, in memory, so that nothing is queried where there are none. Never too few: a
 * record is added before the transaction that parks its entry commits, and forgotten only after one has found none.
 */
export class ParkedRecords {
  private readonly standings = new Map<NodeCode, Map<Uuid, Standing>>();
  private readonly due = new Map<NodeCode, Set<Uuid>>();

  async load(store: Store, nodes: readonly NodeCode[]): Promise<void> {
    const rows = await store.run((tx) => tx.readParkedRecords(nodes));
    for (const { node, record } of rows) this.standing(node, record);
  }

  has(node: NodeCode, record: Uuid): boolean {
    return this.standings.get(node)?.has(record) ?? false;
  }

  all(): { readonly node: NodeCode; readonly record: Uuid }[] {
    return [...this.standings].flatMap(([node, records]) => [...records.keys()].map((record) => ({ node, record })));
  }

  /** A transaction is about to park an entry; call the result when it has ended, one way or the other. */
  parking(node: NodeCode, record: Uuid): () => void {
    const standing = this.standing(node, record);
    standing.begun++;
    standing.open++;
    return () => void standing.open--;
  }

  /** To be asked before a transaction looks whether anything of the record is parked; what it says goes to `forget`. */
  mark(node: NodeCode, record: Uuid): number | undefined {
    const { open, begun } = this.standing(node, record);
    return open === 0 ? begun : undefined;
  }

  /** Nothing was found parked. False when something may have been parked meanwhile: then it is due again. */
  forget(node: NodeCode, record: Uuid, mark: number | undefined): boolean {
    if (mark === undefined || this.standing(node, record).begun !== mark) {
      this.makeDue(node, [record]);
      return false;
    }
    const records = this.standings.get(node)!;
    records.delete(record);
    if (records.size === 0) this.standings.delete(node);
    return true;
  }

  /** Its parked entries are to be tried again. */
  makeDue(node: NodeCode, records: readonly Uuid[]): void {
    if (records.length === 0) return;
    const due = this.due.get(node) ?? new Set();
    for (const record of records) due.add(record);
    this.due.set(node, due);
  }

  takeDue(node: NodeCode): readonly Uuid[] {
    const due = this.due.get(node);
    this.due.delete(node);
    return due === undefined ? [] : [...due];
  }

  dueNodes(): readonly NodeCode[] {
    return [...this.due.keys()];
  }

  private standing(node: NodeCode, record: Uuid): Standing {
    const records = this.standings.get(node) ?? new Map<Uuid, Standing>();
    this.standings.set(node, records);
    const standing = records.get(record) ?? { open: 0, begun: 0 };
    records.set(record, standing);
    return standing;
  }
}
