import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode } from '@tongban/kernel';

/** What a child said last, as it came. */
export interface HeardStanding {
  readonly node: NodeCode;
  readonly child: NodeCode;
  /** By the child's clock; an older one that comes later does not count. */
  readonly reportedAt: Instant;
  readonly heardAt: Instant;
  readonly content: Uint8Array;
}

interface Row {
  readonly node: NodeCode;
  readonly child: NodeCode;
  readonly reported_at: Date;
  readonly heard_at: Date;
  readonly content: Buffer;
}

export async function readStandings(sql: Sql, nodes: readonly NodeCode[]): Promise<HeardStanding[]> {
  const rows = await sql.query<Row>(
    'select node, child, reported_at, heard_at, content from catalogue_standing where node = any($1)',
    [nodes],
  );
  return rows.map(({ node, child, reported_at, heard_at, content }) => ({
    ...{ node, child, content },
    reportedAt: reported_at.getTime(),
    heardAt: heard_at.getTime(),
  }));
}

const iso = (at: Instant): string => new Date(at).toISOString();

export async function saveStandings(sql: Sql, standings: readonly HeardStanding[]): Promise<void> {
  if (standings.length === 0) return;
  const ordered = [...standings].sort((a, b) => (`${a.node}${a.child}` < `${b.node}${b.child}` ? -1 : 1));
  await sql.query(
    `insert into catalogue_standing (node, child, reported_at, heard_at, content)
     select n, c, r, h, b from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::bytea[])
       as u(n, c, r, h, b)
     on conflict on constraint catalogue_standing_pk do update
       set reported_at = excluded.reported_at, heard_at = excluded.heard_at, content = excluded.content
     where catalogue_standing.reported_at < excluded.reported_at`,
    [
      ordered.map(({ node }) => node),
      ordered.map(({ child }) => child),
      ordered.map(({ reportedAt }) => iso(reportedAt)),
      ordered.map(({ heardAt }) => iso(heardAt)),
      ordered.map(({ content }) => Buffer.from(content)),
    ],
  );
}
