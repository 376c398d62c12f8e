import type { Sql } from '@tongban/journal';
import { chain, emptyHead, type AuditHead, type AuditLine, type UnchainedLine } from './chain.js';

interface Row {
  readonly node: string;
  readonly seq: string;
  readonly at: Date;
  readonly operation: string;
  readonly subject: string | null;
  readonly role: string | null;
  readonly division: string | null;
  readonly record: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly address: string;
  readonly trace_id: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const lineOf = ({ seq, at, trace_id: traceId, prev_hash: prevHash, ...row }: Row): AuditLine => ({
  ...row,
  ...{ seq: Number(seq), at: at.getTime(), traceId, prevHash },
});

/** Appends in the order given; whoever else appends to the same nodes waits. */
export async function appendLines(sql: Sql, lines: readonly UnchainedLine[]): Promise<void> {
  const byNode = Map.groupBy(lines, ({ node }) => node);
  const nodes = [...byNode.keys()].sort();
  await sql.query(
    `insert into audit_head (node, seq, hash) select node, 0, $2 from unnest($1::text[]) as node
      on conflict (node) do nothing`,
    [nodes, emptyHead.hash],
  );
  const heads = await sql.query<{ node: string; seq: string; hash: Buffer }>(
    'select node, seq, hash from audit_head where node = any($1) order by node for update',
    [nodes],
  );
  for (const { node, seq, hash } of heads) {
    const made = chain({ seq: Number(seq), hash }, byNode.get(node) ?? []);
    await insertLines(sql, made.lines);
    await sql.query('update audit_head set seq = $2, hash = $3 where node = $1', [node, made.head.seq, made.head.hash]);
  }
}

async function insertLines(sql: Sql, lines: readonly AuditLine[]): Promise<void> {
  const column = <T>(of: (line: AuditLine) => T): T[] => lines.map(of);
  await sql.query(
    `insert into audit_event
       (node, seq, at, operation, subject, role, division, record, status, code, address, trace_id, prev_hash, hash)
     select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::uuid[], $9::smallint[], $10::text[], $11::text[], $12::text[], $13::bytea[], $14::bytea[])`,
    [
      ...[column(({ node }) => node), column(({ seq }) => seq), column(({ at }) => new Date(at).toISOString())],
      ...[column(({ operation }) => operation), column(({ subject }) => subject), column(({ role }) => role)],
      ...[column(({ division }) => division), column(({ record }) => record), column(({ status }) => status)],
      ...[column(({ code }) => code), column(({ address }) => address), column(({ traceId }) => traceId)],
      ...[column(({ prevHash }) => Buffer.from(prevHash)), column(({ hash }) => Buffer.from(hash))],
    ],
  );
}

export interface AuditQuestion {
  readonly node: string;
  /** Lines after this number. */
  readonly after: number;
  readonly limit: number;
  /** Milliseconds since 1970, inclusive and exclusive. */
  readonly from?: number;
  readonly until?: number;
  readonly subject?: string;
  readonly record?: string;
}

/** Oldest first. */
export async function readLines(sql: Sql, question: AuditQuestion): Promise<AuditLine[]> {
  const { node, after, limit, from, until, subject, record } = question;
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
  const rows = await sql.query<Row>(
    `select node, seq, at, operation, subject, role, division, record, status, code, address, trace_id, prev_hash, hash
       from audit_event
      where node = $1 and seq > $2
        and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
        and ($5::text is null or subject = $5) and ($6::uuid is null or record = $6)
      order by seq limit $7`,
    [node, after, time(from), time(until), subject ?? null, record ?? null, limit],
  );
  return rows.map(lineOf);
}

export async function findHead(sql: Sql, node: string): Promise<AuditHead | undefined> {
  const [row] = await sql.query<{ seq: string; hash: Buffer }>('select seq, hash from audit_head where node = $1', [
    node,
  ]);
  return row === undefined ? undefined : { seq: Number(row.seq), hash: row.hash };
}
