import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { idText, type PublishedRecord, type RecordId } from '../record.js';
import { idArrays, readRecords } from './record-store.js';

export interface Outgoing {
  readonly id: string;
  readonly record: PublishedRecord;
  readonly messageId: string;
  readonly traceparent?: string;
}

/**
 * Has versions put on the stream. `occasion` is part of the message id: the stream drops what it has seen under an id a
 * short while ago, even when it has been emptied since, so a repetition needs an id of its own.
 */
export async function enqueueRecords(
  sql: Sql,
  ids: readonly RecordId[],
  occasion: string,
  traceparent?: string,
): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `insert into catalogue_outbox (publisher, kind, key, version, message_id, traceparent)
     select p, k, y, v, m, $6 from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[])
       with ordinality as u(p, k, y, v, m, n) order by n
     on conflict on constraint catalogue_outbox_once do nothing`,
    [...idArrays(ids), ids.map((id) => `${idText(id)} ${occasion}`), traceparent ?? null],
  );
}

interface Row extends RecordId {
  readonly id: string;
  readonly message_id: string;
  readonly traceparent: string | null;
}

/** The oldest rows in the order in which they were enqueued. */
export async function readOutbox(sql: Sql, limitRows: number): Promise<Outgoing[]> {
  const rows = await sql.query<Row>(
    `select id, publisher, kind, key, version, message_id, traceparent from catalogue_outbox order by id limit $1`,
    [limitRows],
  );
  const records = new Map((await readRecords(sql, rows)).map((record) => [idText(record), record]));
  return rows.map((row) => {
    const record = records.get(idText(row));
    if (record === undefined) throw new Error(`the outbox names a version that is not held: ${idText(row)}`);
    const outgoing = { id: row.id, record, messageId: row.message_id };
    return row.traceparent === null ? outgoing : { ...outgoing, traceparent: row.traceparent };
  });
}

export async function deleteOutgoing(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql.query('delete from catalogue_outbox where id = any($1::bigint[])', [ids]);
}

/** The ids of all versions that these nodes have published, oldest first. */
export const readOwnIds = (sql: Sql, publishers: readonly NodeCode[]): Promise<RecordId[]> =>
  sql.query<RecordId>(
    `select publisher, kind, key, version from catalogue_version
      where publisher = any($1) order by published_at, publisher, kind, key, version`,
    [publishers],
  );
