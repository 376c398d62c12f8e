import type { Store, StoreTx } from '@tongban/federation/nest';
import type { MemoryDatabase } from './memory-database.js';
import { memoryTx } from './memory-tx.js';
import { MemorySql, Overlay, type Steps } from './overlay.js';

export interface StoreFaults {
  /** What goes wrong with the commit that is due: it fails, or it succeeds and nobody hears of it. */
  commitFault(): 'none' | 'fails' | 'unheard';
  committing(rows: Overlay): void;
  wrap(tx: StoreTx): StoreTx;
  /** A database that answers before the commit is on disk; it is there when `commit` was called. */
  readonly late?: (commit: () => void) => void;
}

export const memoryStore = (database: MemoryDatabase, steps: Steps, faults: StoreFaults): Store => ({
  async run(body) {
    const rows = new Overlay(database, steps);
    try {
      const result = await body(faults.wrap(memoryTx(rows, new MemorySql(rows))));
      await steps.step('commit');
      const fault = faults.commitFault();
      if (fault === 'fails') throw new Error('the connection to the database was lost');
      const commit = (): void => {
        faults.committing(rows);
        rows.commit();
      };
      if (faults.late === undefined) commit();
      else faults.late(commit);
      await steps.step('committed');
      if (fault === 'unheard') throw new Error('the connection to the database was lost after the commit');
      return result;
    } catch (error) {
      rows.rollBack();
      throw error;
    }
  },
});
