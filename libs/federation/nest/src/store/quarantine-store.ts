import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { waitingCodes, type Parked, type Quarantined, type RefusedAgain } from './port.js';

/** Never lost, never applied: kept as it came until an operator or an upgrade resolves it (I6). */
export async function insertQuarantined(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  session: string,
  messages: readonly Quarantined[],
  now: number,
): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(
    `insert into quarantine (node, peer, incarnation, link_seq, record, entry_seq, code, detail, payload, quarantined_at)
     select $1, $2, $3, s, r, e, c, d, p, $4
       from unnest($5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::bytea[], $10::int[]) as u(s, r, c, d, p, e)
     on conflict on constraint quarantine_once do nothing`,
    [
      node,
      peer,
      session,
      new Date(now).toISOString(),
      messages.map((message) => message.linkSeq),
      messages.map((message) => message.record ?? null),
      messages.map((message) => message.code),
      messages.map((message) => message.detail),
      messages.map((message) => Buffer.from(message.payload)),
      messages.map((message) => message.entrySeq ?? null),
    ],
  );
}

const parkedColumns = 'id, code, node, peer, payload';

export async function readParked(sql: Sql, nodes: readonly NodeCode[], after: string, limitRows: number) {
  return sql.query<Parked>(
    `select ${parkedColumns} from quarantine
      where node = any($1) and id > $2 and entry_seq is null and code = any($4) order by id limit $3`,
    [nodes, after, limitRows, waitingCodes],
  );
}

/** With those that have no number yet: whether they are entries is not known before they were tried again. */
export async function readParkedRecords(sql: Sql, nodes: readonly NodeCode[]) {
  return sql.query<{ node: NodeCode; record: Uuid }>(
    `select distinct node, record from quarantine where node = any($1) and record is not null and code = any($2)
        and (entry_seq is not null or code in ('link.schema', 'link.gap'))`,
    [nodes, waitingCodes],
  );
}

export async function readParkedOf(sql: Sql, node: NodeCode, record: Uuid, limitRows: number) {
  return sql.query<Parked>(
    `select ${parkedColumns} from quarantine
      where node = $1 and record = $2 and entry_seq is not null and code = any($4) order by entry_seq, id limit $3`,
    [node, record, limitRows, waitingCodes],
  );
}

export async function readParkedBeside(sql: Sql, node: NodeCode, peer: NodeCode, after: string, limitRows: number) {
  return sql.query<Parked>(
    `select ${parkedColumns} from quarantine
      where node = $1 and peer <> $2 and id > $3 and entry_seq is not null and code = any($5) order by id limit $4`,
    [node, peer, after, limitRows, waitingCodes],
  );
}

export async function deleteQuarantined(sql: Sql, node: NodeCode, ids: readonly string[]): Promise<void> {
  await sql.query('delete from quarantine where node = $1 and id = any($2)', [node, ids]);
}

export async function updateQuarantined(sql: Sql, node: NodeCode, refused: readonly RefusedAgain[]): Promise<void> {
  await sql.query(
    `update quarantine q set record = coalesce(u.r, q.record), entry_seq = u.e, code = u.c, detail = u.d
       from unnest($2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[]) as u(i, r, e, c, d)
      where q.node = $1 and q.id = u.i`,
    [
      node,
      refused.map(({ id }) => id),
      refused.map(({ record }) => record ?? null),
      refused.map(({ entrySeq }) => entrySeq ?? null),
      refused.map(({ code }) => code),
      refused.map(({ detail }) => detail),
    ],
  );
}
