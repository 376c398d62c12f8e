import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

const pageRows = 2_000;
const maxPages = 100_000;
const firstUuid = '00000000-0000-0000-0000-000000000000';

interface Row {
  readonly record: string;
  readonly seq: number;
  readonly hash: string;
}

/** The first entry of a node that one journal has and the other lacks. */
export async function findMissing(old: Sql, made: Sql, node: NodeCode): Promise<string | undefined> {
  let after = { record: firstUuid, seq: 0 };
  for (let page = 0; page < maxPages; page++) {
    const rows = await old.query<Row>(
      `select record::text, seq, encode(hash, 'hex') as hash from entry
        where node = $1 and (record, seq) > ($2::uuid, $3::int) order by record, seq limit $4`,
      [node, after.record, after.seq, pageRows],
    );
    const [missing] = await made.query<Row>(
      `select u.record::text, u.seq from unnest($2::uuid[], $3::int[], $4::text[]) as u(record, seq, hash)
        where not exists (select from entry e where e.node = $1 and e.record = u.record and e.seq = u.seq
                             and e.hash = decode(u.hash, 'hex')) limit 1`,
      [node, rows.map(({ record }) => record), rows.map(({ seq }) => seq), rows.map(({ hash }) => hash)],
    );
    if (missing !== undefined) return `entry ${missing.seq} of ${missing.record}`;
    if (rows.length < pageRows) return undefined;
    after = rows.at(-1)!;
  }
  throw new Error(`the journal of ${node} is longer than can be compared`);
}
