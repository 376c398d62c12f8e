import { parentOf, prefixOf, type NodeCode, type Uuid } from '@tongban/kernel';
import type { Sql } from '@tongban/journal';
import { waitingCodes, type DeferredRequest, type Incarnation, type LinkPosition } from './port.js';
import { positionColumns, positionOf, type PositionRow } from './link-store.js';

export async function readIncarnation(sql: Sql): Promise<Incarnation> {
  const rows = await sql.query<Incarnation>('select id, restored from incarnation');
  return rows[0]!;
}

/**
 * To be run on a database that was put back to an earlier state, before its host starts. The new name follows every
 * earlier one in the order of its text as long as the clock of the machine does not go back behind the last restore.
 */
export async function renewIncarnation(sql: Sql): Promise<string> {
  const rows = await sql.query<{ id: string }>(
    `update incarnation set id = ${newIncarnationSql}, restored = true, made_at = now() returning id`,
  );
  return rows[0]!.id;
}

/** As {@link renewIncarnation}, for rows that came from another database: also behind that one's clock. */
export async function incarnationAfter(sql: Sql, origin: string): Promise<string> {
  const rows = await sql.query<{ id: string }>(
    `update incarnation set restored = true, made_at = now(), id = case
        when ${newIncarnationSql} > $1 collate "C" then ${newIncarnationSql}
        else 't' || lpad(to_hex(('x' || lpad(substr($1, 2, 12), 16, '0'))::bit(64)::bigint + 1), 12, '0')
          || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16) end
      returning id`,
    [origin],
  );
  return rows[0]!.id;
}

/** A letter above the hexadecimal digits of names given before, 12 digits of milliseconds, 16 random ones. */
export const newIncarnationSql = `'t' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
  || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)`;

export async function readNeighbours(sql: Sql, nodes: readonly NodeCode[]) {
  return sql.query<{ node: NodeCode; peer: NodeCode; caughtUpIn: string }>(
    `select node, peer, coalesce(i.caught_up_in, '') as "caughtUpIn"
       from (select node, peer, caught_up_in from link_in where node = any($1)) i
       full join (select node, peer from link_out where node = any($1)) o using (node, peer)`,
    [nodes],
  );
}

export async function beginOwnSessions(sql: Sql, incarnation: string): Promise<void> {
  await sql.query('update link_out set base = acked, incarnation = $1 where incarnation <> $1', [incarnation]);
}

/**
 * Matches the records `r` that the neighbour holds: all for a parent; for a child, those with a member at or below it.
 * `place` is where the statement takes the returned parameter.
 */
export function sharedRecords(
  node: NodeCode,
  peer: NodeCode,
  place: `$${number}`,
): { readonly condition: string; readonly parameter: string } {
  if (parentOf(node) === peer) return { condition: `${place}::text is not null`, parameter: '' };
  // Codes of one tier are equally long in their significant digits: a prefix is a subtree.
  const condition = `exists (select from unnest(r.members) m where starts_with(m, ${place}))`;
  return { condition, parameter: prefixOf(peer) };
}

const numbered = (kinds: string): string => `select $1, $2, $5::bigint + row_number() over (order by ${kinds})`;

/**
 * What the neighbour is given: the entries of shared records; what came from it and is parked here, with the entries
 * before that, since what makes the neighbour a member may be among the parked; requests and refusals that stand.
 */
export async function beginPeerSession(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  peerIncarnation: string,
  now: number,
): Promise<LinkPosition | undefined> {
  await sql.query('insert into link_out (node, peer) values ($1, $2) on conflict do nothing', [node, peer]);
  const [link] = await sql.query<PositionRow>(
    `select ${positionColumns} from link_out where node = $1 and peer = $2 for update`,
    [node, peer],
  );
  if (link!.peer_incarnation === peerIncarnation) return undefined;
  const { condition, parameter } = sharedRecords(node, peer, '$4');
  const base = Number(link!.last);
  const [{ last }] = (await sql.query<{ last: string | null }>(
    `with again as (
       select 1 as part, e.record, e.seq as place, 'entry' as kind, e.seq as entry_seq, null::bytea as payload,
              null::uuid as request
         from entry e join record r on r.node = e.node and r.record = e.record
        where e.node = $1 and (${condition} or r.record in (
          select q.record from quarantine q where q.node = $1 and q.peer = $2 and q.entry_seq is not null
             and q.code = any($6)))
       union all
       select 2, null, q.id, 'returned', null, q.payload, null
         from quarantine q where q.node = $1 and q.peer = $2 and q.entry_seq is not null
          and q.code = any($6)
       union all
       select 3, o.record, o.seq, o.kind, null, o.payload, o.request
         from outgoing o where o.node = $1 and o.peer = $2 and o.seq <= $5 and o.kind in ('request', 'refusal')
          and not exists (select from outgoing b where b.node = $1 and b.peer = $2 and b.request = o.request
                             and b.kind = o.kind and b.seq > o.seq)
          and (o.kind = 'refusal' or not (
                exists (select from entry e where e.node = $1 and e.id = o.request)
             or exists (select from outgoing a where a.node = $1 and a.request = o.request and a.kind = 'refusal')
             or exists (select from request a where a.node = $1 and a.id = o.request and a.state = 'refused')))),
     sent as (
       insert into outgoing (node, peer, seq, kind, record, entry_seq, payload, request, created_at)
       ${numbered('part, record, place')}, kind, record, entry_seq, payload, request, $3 from again returning seq)
     select max(seq) as last from sent`,
    [node, peer, new Date(now).toISOString(), parameter, base, waitingCodes],
  )) as [{ last: string | null }];
  const [renewed] = await sql.query<PositionRow>(
    `update link_out set base = $3, acked = $3, last = $4, peer_incarnation = $5, answer_due = false
      where node = $1 and peer = $2 returning ${positionColumns}`,
    [node, peer, base, Number(last ?? base), peerIncarnation],
  );
  return positionOf(renewed!);
}

export async function setAnswerDue(sql: Sql, node: NodeCode, peer: NodeCode, due: boolean): Promise<void> {
  await sql.query('update link_out set answer_due = $3 where node = $1 and peer = $2', [node, peer, due]);
}

export async function readAnswersDue(sql: Sql, nodes: readonly NodeCode[]): Promise<LinkPosition[]> {
  const rows = await sql.query<PositionRow>(
    `select ${positionColumns} from link_out where node = any($1) and answer_due order by node, peer`,
    [nodes],
  );
  return rows.map(positionOf);
}

/** What waits is passed over as long as entries of its record are parked. */
const withoutParked = (table: string, codes: `$${number}`): string =>
  `not exists (select from quarantine q where q.node = ${table}.node and q.record = ${table}.record
     and q.entry_seq is not null and q.code = any(${codes}))`;

export async function readWaiting(sql: Sql, nodes: readonly NodeCode[]): Promise<NodeCode[]> {
  const rows = await sql.query<{ node: NodeCode }>(
    `select node from deferred_request where node = any($1)
      union select node from record where node = any($1) and offered_to = node`,
    [nodes],
  );
  return rows.map(({ node }) => node);
}

export async function deferRequest(
  sql: Sql,
  node: NodeCode,
  { id, record, payload }: DeferredRequest,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into deferred_request (node, id, record, payload, deferred_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [node, id, record, Buffer.from(payload), new Date(now).toISOString()],
  );
}

export async function readDeferred(sql: Sql, node: NodeCode, limitRows: number) {
  return sql.query<{ id: Uuid; payload: Buffer }>(
    `select id, payload from deferred_request d where node = $1 and ${withoutParked('d', '$3')}
      order by deferred_at, id limit $2`,
    [node, limitRows, waitingCodes],
  );
}

export async function deleteDeferred(sql: Sql, node: NodeCode, ids: readonly Uuid[]): Promise<void> {
  await sql.query('delete from deferred_request where node = $1 and id = any($2)', [node, ids]);
}

export async function readOffered(sql: Sql, node: NodeCode, limitRows: number) {
  return sql.query<{ record: Uuid; recordClass: string }>(
    `select record, record_class as "recordClass" from record r
      where node = $1 and offered_to = node and ${withoutParked('r', '$3')} order by changed_at limit $2`,
    [node, limitRows, waitingCodes],
  );
}
