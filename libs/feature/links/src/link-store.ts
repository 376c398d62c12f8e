import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode } from '@tongban/kernel';

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

/** What waits on a link at this end of it. */
export interface StrainedEnd {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly waiting: number;
  readonly waitingSince?: Instant;
  readonly quarantined: number;
  readonly parked: number;
}

/** The links of some nodes on which something waits: for a receipt, for an operator, for an upgrade or a key. */
export async function readStrained(sql: Sql, nodes: readonly NodeCode[]): Promise<StrainedEnd[]> {
  const rows = await sql.query<{
    readonly node: NodeCode;
    readonly peer: NodeCode;
    readonly waiting: string | null;
    readonly since: Date | null;
    readonly quarantined: number | null;
    readonly parked: number | null;
  }>(
    `select node, peer, o.waiting, o.since, q.quarantined, q.parked
       from (select node, peer, last - acked as waiting,
                    (select min(g.created_at) from outgoing g
                      where g.node = l.node and g.peer = l.peer and g.seq = l.acked + 1) as since
               from link_out l where node = any($1) and acked < last) o
       full join (select node, peer, count(*)::int as quarantined,
                         (count(*) filter (where code in ('link.schema', 'link.gap', 'link.key')))::int as parked
                    from quarantine where node = any($1) group by node, peer) q using (node, peer)`,
    [nodes],
  );
  return rows.map(({ node, peer, waiting, since, quarantined, parked }) => ({
    ...{ node, peer, waiting: Number(waiting ?? 0), quarantined: quarantined ?? 0, parked: parked ?? 0 },
    ...(since === null ? {} : { waitingSince: since.getTime() }),
  }));
}
