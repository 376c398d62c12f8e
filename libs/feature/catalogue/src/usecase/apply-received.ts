import type { Sql } from '@tongban/journal';
import { idText, type PublishedRecord } from '../record.js';
import { insertRecords, readRecords } from '../store/record-store.js';
import { keepPeriods } from './keep-periods.js';

export interface Applied {
  /** Versions that were not held before. */
  readonly applied: readonly PublishedRecord[];
  readonly known: number;
  /** Versions that are held with another content: never applied. */
  readonly conflicting: readonly PublishedRecord[];
}

const isSame = (a: PublishedRecord, b: PublishedRecord): boolean => a.state === b.state && a.withdrawn === b.withdrawn;

/**
 * Keeps a batch of verified records, in a fixed number of statements. A version is held once and for all; one that is
 * older than the newest held goes into the history and changes nothing else.
 */
export async function applyReceived(sql: Sql, records: readonly PublishedRecord[], now: number): Promise<Applied> {
  const held = new Map((await readRecords(sql, records)).map((record) => [idText(record), record]));
  const fresh: PublishedRecord[] = [];
  const conflicting: PublishedRecord[] = [];
  let known = 0;
  for (const record of records) {
    const same = held.get(idText(record));
    if (same === undefined) {
      held.set(idText(record), record);
      fresh.push(record);
    } else if (isSame(same, record)) known++;
    else conflicting.push(record);
  }
  const inserted = await insertRecords(sql, fresh, now);
  const applied = fresh.filter((record) => inserted.has(idText(record)));
  await keepPeriods(sql, applied);
  return { applied, known: known + fresh.length - applied.length, conflicting };
}
