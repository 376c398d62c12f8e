import type { Sql } from '@tongban/journal';
import type { Uuid } from '@tongban/kernel';
import type { FeedPosition } from '../ports.js';
import { iso, type Scope } from './scope.js';

export async function readCursor(sql: Sql, { node, profile }: Scope): Promise<FeedPosition | undefined> {
  const [row] = await sql.query<{ changed_at: Date; record: Uuid }>(
    'select changed_at, record from exchange_cursor where node = $1 and profile = $2',
    [node, profile],
  );
  return row === undefined ? undefined : { at: row.changed_at.getTime(), record: row.record };
}

/** Only forward: reading the overlap again does not set it back. */
export async function advanceCursor(sql: Sql, { node, profile }: Scope, to: FeedPosition): Promise<void> {
  await sql.query(
    `insert into exchange_cursor as c (node, profile, changed_at, record) values ($1, $2, $3, $4)
     on conflict on constraint exchange_cursor_pk do update set changed_at = excluded.changed_at, record = excluded.record
      where (c.changed_at, c.record) < (excluded.changed_at, excluded.record)`,
    [node, profile, iso(to.at), to.record],
  );
}
