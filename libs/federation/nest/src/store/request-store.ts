import type { Sql } from '@tongban/journal';
import type { NodeCode, RefusalCode, Uuid } from '@tongban/kernel';
import type { NewRequest, StoredCommand } from './port.js';

export interface RequestRow {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly commandType: string;
  readonly subject: string;
  readonly state: 'pending' | 'done' | 'refused';
  readonly code?: RefusalCode;
  readonly detail?: string;
  readonly askedAt: number;
  readonly answeredAt?: number;
}

export async function insertRequest(sql: Sql, node: NodeCode, request: NewRequest, now: number): Promise<void> {
  await sql.query(
    `insert into request (node, id, record, record_class, command_type, subject, state, asked_at)
     values ($1, $2, $3, $4, $5, $6, 'pending', $7)`,
    [
      node,
      request.id,
      request.record,
      request.recordClass,
      request.commandType,
      request.subject,
      new Date(now).toISOString(),
    ],
  );
}

/** An entry with a request's id is its answer. */
export async function completeRequests(sql: Sql, node: NodeCode, ids: readonly Uuid[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update request set state = 'done', answered_at = $3 where node = $1 and id = any($2) and state = 'pending'`,
    [node, ids, new Date(now).toISOString()],
  );
}

export async function refuseRequest(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  code: RefusalCode,
  detail: string,
  now: number,
): Promise<void> {
  await sql.query(
    `update request set state = 'refused', code = $3, detail = $4, answered_at = $5
      where node = $1 and id = $2 and state = 'pending'`,
    [node, id, code, detail, new Date(now).toISOString()],
  );
}

interface Row {
  readonly id: Uuid;
  readonly record: Uuid;
  readonly command_type: string;
  readonly subject: string;
  readonly state: RequestRow['state'];
  readonly code: RefusalCode | null;
  readonly detail: string | null;
  readonly asked_at: Date;
  readonly answered_at: Date | null;
}

export async function findRequest(sql: Sql, node: NodeCode, id: Uuid): Promise<RequestRow | undefined> {
  const [row] = await sql.query<Row>(
    `select id, record, command_type, subject, state, code, detail, asked_at, answered_at
       from request where node = $1 and id = $2`,
    [node, id],
  );
  if (row === undefined) return undefined;
  return {
    id: row.id,
    record: row.record,
    commandType: row.command_type,
    subject: row.subject,
    state: row.state,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    askedAt: row.asked_at.getTime(),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at.getTime() }),
  };
}

export async function findRefusals(
  sql: Sql,
  node: NodeCode,
  requests: readonly Uuid[],
): Promise<Map<Uuid, Uint8Array>> {
  const rows = await sql.query<{ request: Uuid; payload: Buffer }>(
    `select request, payload from outgoing where node = $1 and request = any($2) and kind = 'refusal'`,
    [node, requests],
  );
  return new Map(rows.map((row) => [row.request, row.payload]));
}

export async function findRefusedRequests(sql: Sql, node: NodeCode, requests: readonly Uuid[]): Promise<Uuid[]> {
  const rows = await sql.query<{ id: Uuid }>(
    `select id from request where node = $1 and id = any($2) and state = 'refused'`,
    [node, requests],
  );
  return rows.map(({ id }) => id);
}

export async function findCommand(sql: Sql, node: NodeCode, key: Uuid): Promise<StoredCommand | undefined> {
  const [row] = await sql.query<{ digest: Buffer; outcome: StoredCommand['outcome'] }>(
    'select digest, outcome from command where node = $1 and key = $2',
    [node, key],
  );
  return row;
}

export async function insertCommand(
  sql: Sql,
  node: NodeCode,
  key: Uuid,
  digest: Uint8Array,
  outcome: object,
  now: number,
): Promise<void> {
  await sql.query('insert into command (node, key, digest, outcome, created_at) values ($1, $2, $3, $4, $5)', [
    node,
    key,
    Buffer.from(digest),
    JSON.stringify(outcome),
    new Date(now).toISOString(),
  ]);
}

/** Bounded: what is left over goes at the next turn. */
export async function dropSettled(sql: Sql, olderThan: number, limitRows: number): Promise<number> {
  const before = new Date(olderThan).toISOString();
  const [row] = await sql.query<{ dropped: number }>(
    `with commands as (
       delete from command where (node, key) in (
         select node, key from command where created_at < $1 limit $2) returning key),
     requests as (
       delete from request where (node, id) in (
         select node, id from request where asked_at < $1 and answered_at < $1 limit $2) returning id)
     select (select count(*) from commands)::int + (select count(*) from requests)::int as dropped`,
    [before, limitRows],
  );
  return row!.dropped;
}
