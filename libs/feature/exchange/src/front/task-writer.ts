import { chinaDateTime, type TaskRow } from '@tongban/domain/exchange';
import type { Instant, Uuid } from '@tongban/kernel';
import type { TaskRowName } from '../store/task-store.js';
import { batchText } from './batch-rows.js';
import type { FrontSql } from './front-database.js';

export interface TaskWriting {
  readonly batch: Uuid;
  readonly now: Instant;
  readonly rows: readonly TaskRow[];
  /** What an earlier version of the item put there. */
  readonly before: readonly TaskRowName[];
}

/** Puts an item into the province's catalogue tables: its rows are replaced, those that it no longer has are marked D. */
export async function writeTaskRows(sql: FrontSql, { batch, now, rows, before }: TaskWriting): Promise<void> {
  const time = chinaDateTime(now, 'dashed');
  const known = new Set(before.map(({ rowGuid }) => rowGuid));
  const kept = new Set(rows.map(({ rowGuid }) => rowGuid));
  for (const { table, rowGuid, columns } of rows) {
    const operation = known.has(rowGuid) ? 'U' : 'I';
    const all = { ...columns, cd_batch: batchText(batch), cd_operation: operation, cd_time: time };
    const names = Object.keys(all);
    await sql.query(`delete from ${table} where row_guid = ?`, [rowGuid]);
    await sql.query(
      `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      Object.values(all),
    );
  }
  for (const { table, rowGuid } of before)
    if (!kept.has(rowGuid))
      await sql.query(`update ${table} set cd_operation = 'D', cd_batch = ?, cd_time = ? where row_guid = ?`, [
        ...[batchText(batch), time, rowGuid],
      ]);
}
