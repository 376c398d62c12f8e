import {
  bigintArray,
  bytesArray,
  entryColumns,
  entryOf,
  integerArray,
  textArray,
  uuidArray,
  type EntryRow,
  type Sql,
} from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Message } from '@tongban/federation/transport';
import { fromBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import { fromWire } from '@tongban/federation/transport';
import { messageLimits } from '../limits.js';
import type { InLink, LinkPosition, Outgoing } from './port.js';

export interface PositionRow {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly last: string;
  readonly acked: string;
  readonly base: string;
  readonly peer_incarnation: string;
}

export const positionColumns = 'node, peer, last, acked, base, peer_incarnation';

export const positionOf = (row: PositionRow): LinkPosition => ({
  node: row.node,
  peer: row.peer,
  last: Number(row.last),
  acked: Number(row.acked),
  base: Number(row.base),
  peerIncarnation: row.peer_incarnation,
});

const recentOf = (messages: readonly Outgoing[] = []): (Message | undefined)[] =>
  messages.map(({ message }) => message);

/**
 * Numbers messages without gaps and in commit order: the link's row stays locked from here to the commit (ADR 0003).
 * Called last in a transaction, links in the order of their codes, so that transactions do not wait in a circle.
 */
export async function enqueue(
  sql: Sql,
  node: NodeCode,
  byPeer: ReadonlyMap<NodeCode, readonly Outgoing[]>,
  now: number,
): Promise<LinkPosition[]> {
  const peers = [...byPeer.keys()].sort();
  if (peers.length === 0) return [];
  await sql.query(
    `insert into link_out (node, peer) select $1, p from unnest($2::text[]) p
       where not exists (select from link_out where node = $1 and peer = p) on conflict do nothing`,
    [node, peers],
  );
  const locked = await sql.query<PositionRow>(
    `select ${positionColumns} from link_out where node = $1 and peer = any($2) order by peer for update`,
    [node, peers],
  );
  const positions: LinkPosition[] = [];
  const rows: { peer: string; seq: number; message: Outgoing }[] = [];
  for (const link of locked) {
    let last = Number(link.last);
    for (const message of byPeer.get(link.peer) ?? []) rows.push({ peer: link.peer, seq: ++last, message });
    positions.push({ ...positionOf(link), last, recent: recentOf(byPeer.get(link.peer)) });
  }
  await sql.query(
    `with numbered as (
       insert into outgoing (node, peer, seq, kind, record, entry_seq, payload, request, created_at)
       select $1, p, s, k, r, e, b, q, $2
         from unnest($3::text[], $4::bigint[], $5::text[], $6::uuid[], $7::int[], $8::bytea[],
                     $9::uuid[]) as u(p, s, k, r, e, b, q))
     update link_out set last = l from unnest($10::text[], $11::bigint[]) as v(p, l) where node = $1 and peer = p`,
    [
      node,
      new Date(now).toISOString(),
      textArray(rows.map((row) => row.peer)),
      bigintArray(rows.map((row) => row.seq)),
      textArray(rows.map((row) => row.message.kind)),
      uuidArray(rows.map((row) => row.message.record ?? null)),
      integerArray(rows.map((row) => (row.message.kind === 'entry' ? row.message.entrySeq : null))),
      bytesArray(rows.map((row) => (row.message.kind === 'entry' ? null : row.message.payload))),
      uuidArray(rows.map((row) => (row.message.kind === 'entry' ? null : (row.message.request ?? null)))),
      textArray(positions.map((position) => position.peer)),
      bigintArray(positions.map((position) => position.last)),
    ],
  );
  return positions;
}

interface OutgoingRow extends EntryRow {
  readonly link_seq: string;
  readonly kind: string;
  readonly payload: Buffer | null;
}

/** The messages of a range, as they were committed: the first one, and as many more as `maxBytes` hold. */
export async function readOutgoing(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  from: number,
  until: number,
  maxBytes: number,
): Promise<Message[]> {
  const rows = await sql.query<OutgoingRow>(
    `select * from (
       select o.seq as link_seq, o.kind, o.payload, ${entryColumns('e')},
              sum($5::int + coalesce(octet_length(o.payload),
                octet_length(e.facts::text) + coalesce(octet_length(e.sealed::text), 0))) over (order by o.seq) as bytes
         from outgoing o
         left join entry e on e.node = o.node and e.record = o.record and e.seq = o.entry_seq
        where o.node = $1 and o.peer = $2 and o.seq between $3 and $4) range
      where link_seq = $3 or bytes <= $6 order by link_seq`,
    [node, peer, from, until, messageLimits.messageOverheadBytes, maxBytes],
  );
  return rows.map((row, index) => {
    if (Number(row.link_seq) !== from + index)
      throw new Error(`link ${node} → ${peer} has lost number ${from + index}`);
    if (row.payload === null) return { kind: 'entry', entry: entryOf(row) };
    const message = fromWire(fromBinary(LinkMessageSchema, row.payload));
    if (!message.ok) throw new Error(`unreadable outgoing ${row.kind}: ${message.refusal.detail}`);
    return message.value;
  });
}

export async function readPositions(sql: Sql, nodes: readonly NodeCode[]): Promise<LinkPosition[]> {
  const rows = await sql.query<PositionRow>(
    `select ${positionColumns} from link_out where node = any($1) and acked < last`,
    [nodes],
  );
  return rows.map(positionOf);
}

export async function findPosition(sql: Sql, node: NodeCode, peer: NodeCode): Promise<LinkPosition | undefined> {
  const [row] = await sql.query<PositionRow>(`select ${positionColumns} from link_out where node = $1 and peer = $2`, [
    node,
    peer,
  ]);
  return row === undefined ? undefined : positionOf(row);
}

/** How many of these numbers are still kept. */
export async function countKept(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  from: number,
  until: number,
): Promise<number> {
  const [row] = await sql.query<{ kept: number }>(
    'select count(*)::int as kept from outgoing where node = $1 and peer = $2 and seq between $3 and $4',
    [node, peer, from, until],
  );
  return row!.kept;
}

export async function saveReceipt(sql: Sql, node: NodeCode, peer: NodeCode, applied: number, now: number) {
  await sql.query(
    `update link_out set acked = $3, acked_at = $4 where node = $1 and peer = $2 and acked < $3 and last >= $3`,
    [node, peer, applied, new Date(now).toISOString()],
  );
}

const receiverQuery =
  'select incarnation, applied, peer_incarnation, caught_up_in from link_in where node = $1 and peer = $2';

interface ReceiverRow {
  /** The session: the sender's incarnation and, after a restore of this database, its own. */
  readonly incarnation: string | null;
  readonly applied: string;
  readonly peer_incarnation: string;
  readonly caught_up_in: string;
}

const receiverOf = (row: ReceiverRow | undefined): InLink => {
  if (row === undefined) return { applied: 0, peerIncarnation: '', caughtUpIn: '' };
  const { incarnation, peer_incarnation: peerIncarnation, caught_up_in: caughtUpIn } = row;
  const session = incarnation === null ? {} : { session: incarnation };
  return { applied: Number(row.applied), peerIncarnation, caughtUpIn, ...session };
};

export async function lockReceiver(sql: Sql, node: NodeCode, peer: NodeCode): Promise<InLink> {
  const locked = await sql.query<ReceiverRow>(`${receiverQuery} for update`, [node, peer]);
  if (locked.length > 0) return receiverOf(locked[0]);
  await sql.query('insert into link_in (node, peer) values ($1, $2) on conflict do nothing', [node, peer]);
  return receiverOf((await sql.query<ReceiverRow>(`${receiverQuery} for update`, [node, peer]))[0]);
}

export async function findReceiver(sql: Sql, node: NodeCode, peer: NodeCode): Promise<InLink> {
  return receiverOf((await sql.query<ReceiverRow>(receiverQuery, [node, peer]))[0]);
}

export async function saveReceiver(sql: Sql, node: NodeCode, peer: NodeCode, link: InLink, now: number) {
  await sql.query(
    `update link_in set incarnation = $3, applied = $4, applied_at = $5, peer_incarnation = $6, caught_up_in = $7
      where node = $1 and peer = $2`,
    [
      node,
      peer,
      link.session ?? null,
      link.applied,
      new Date(now).toISOString(),
      link.peerIncarnation,
      link.caughtUpIn,
    ],
  );
}

/** Removes acknowledged messages after the time they are kept for a receiver that comes back from a backup. */
export async function dropAcknowledged(sql: Sql, olderThan: number, limitRows: number): Promise<number> {
  const rows = await sql.query<{ seq: string }>(
    `delete from outgoing where (node, peer, seq) in (
       select o.node, o.peer, o.seq from outgoing o join link_out l using (node, peer)
        where o.seq <= l.acked and o.created_at < $1 limit $2) returning seq`,
    [new Date(olderThan).toISOString(), limitRows],
  );
  return rows.length;
}
