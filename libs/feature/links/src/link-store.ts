import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

export interface LinkRow {
  readonly peer: NodeCode;
  readonly last: number;
  readonly acked: number;
  readonly ackedAt: Date | null;
  readonly oldestUnackedAt: Date | null;
  readonly applied: number;
  readonly appliedAt: Date | null;
  readonly peerIncarnation: string | null;
  readonly quarantined: number;
  /** Of these, the ones that an upgrade or a key makes applicable. */
  readonly parked: number;
}

interface Row {
  readonly peer: NodeCode;
  readonly last: string | null;
  readonly acked: string | null;
  readonly acked_at: Date | null;
  readonly oldest_unacked_at: Date | null;
  readonly applied: string | null;
  readonly applied_at: Date | null;
  readonly incarnation: string | null;
  readonly quarantined: number;
  readonly parked: number;
}

/** Every link of a node that has ever been used, in both directions. */
export async function readLinks(sql: Sql, node: NodeCode): Promise<LinkRow[]> {
  const rows = await sql.query<Row>(
    `select coalesce(o.peer, i.peer) as peer, o.last, o.acked, o.acked_at, i.applied, i.applied_at, i.incarnation,
            (select min(g.created_at) from outgoing g
              where g.node = $1 and g.peer = o.peer and g.seq = o.acked + 1) as oldest_unacked_at,
            (select count(*)::int from quarantine q
              where q.node = $1 and q.peer = coalesce(o.peer, i.peer)) as quarantined,
            (select count(*)::int from quarantine q
              where q.node = $1 and q.peer = coalesce(o.peer, i.peer)
                and q.code in ('link.schema', 'link.gap', 'link.key')) as parked
       from (select * from link_out where node = $1) o
       full join (select * from link_in where node = $1) i on i.peer = o.peer
      order by 1`,
    [node],
  );
  return rows.map((row) => ({
    peer: row.peer,
    last: Number(row.last ?? 0),
    acked: Number(row.acked ?? 0),
    ackedAt: row.acked_at,
    oldestUnackedAt: row.oldest_unacked_at,
    applied: Number(row.applied ?? 0),
    appliedAt: row.applied_at,
    peerIncarnation: row.incarnation,
    quarantined: row.quarantined,
    parked: row.parked,
  }));
}

export interface LinkTotals {
  readonly waiting: number;
  readonly oldestUnackedAt: Date | null;
  readonly quarantined: number;
}

/** Sums over all nodes of the host, for metrics. */
export async function readLinkTotals(sql: Sql): Promise<LinkTotals> {
  const [row] = await sql.query<{ waiting: string | null; oldest: Date | null; quarantined: number }>(
    `select sum(last - acked) as waiting,
            min((select g.created_at from outgoing g where g.node = o.node and g.peer = o.peer and g.seq = o.acked + 1))
              as oldest,
            (select count(*)::int from quarantine) as quarantined
       from link_out o where acked < last`,
  );
  return {
    waiting: Number(row?.waiting ?? 0),
    oldestUnackedAt: row?.oldest ?? null,
    quarantined: row?.quarantined ?? 0,
  };
}
