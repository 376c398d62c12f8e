import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode } from '@tongban/kernel';
import { idText, type PublishedRecord, type RecordId } from '../record.js';

interface Row {
  readonly publisher: NodeCode;
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly state: string;
  readonly published_at: Date;
  readonly withdrawn: boolean;
  readonly suite: string;
  readonly key_id: string;
  readonly signature: Buffer;
}

const columns = 'publisher, kind, key, version, state, published_at, withdrawn, suite, key_id, signature, received_at';
const selected = (alias: string): string =>
  `${alias}.publisher, ${alias}.kind, ${alias}.key, ${alias}.version, ${alias}.state::text as state,
   ${alias}.published_at, ${alias}.withdrawn, ${alias}.suite, ${alias}.key_id, ${alias}.signature`;

const recordOf = (row: Row): PublishedRecord => ({
  publisher: row.publisher,
  kind: row.kind,
  key: row.key,
  version: row.version,
  state: row.state,
  publishedAt: row.published_at.getTime(),
  withdrawn: row.withdrawn,
  signature: { suite: row.suite, keyId: row.key_id, value: row.signature },
});

const iso = (at: number): string => new Date(at).toISOString();

/** Parallel arrays for `unnest($1…$4)`. */
export const idArrays = (ids: readonly RecordId[]): readonly (readonly (string | number)[])[] => [
  ids.map((id) => id.publisher),
  ids.map((id) => id.kind),
  ids.map((id) => id.key),
  ids.map((id) => id.version),
];

const rowArrays = (records: readonly PublishedRecord[]): readonly unknown[] => [
  ...idArrays(records),
  records.map((record) => record.state),
  records.map((record) => iso(record.publishedAt)),
  records.map((record) => record.withdrawn),
  records.map((record) => record.signature.suite),
  records.map((record) => record.signature.keyId),
  records.map((record) => Buffer.from(record.signature.value)),
];

const unnested = `select p, k, y, v, s::json, a, w, su, ki, g, $11::timestamptz
  from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::boolean[], $8::text[],
              $9::text[], $10::bytea[]) as u(p, k, y, v, s, a, w, su, ki, g)`;

/** Rows are always written in this order, so that two writers cannot wait for each other in a circle. */
const inLockOrder = (records: readonly PublishedRecord[]): PublishedRecord[] =>
  [...records].sort((a, b) => (idText(a) < idText(b) ? -1 : 1));

/** The newest version of each record among `records`. */
function newestOf(records: readonly PublishedRecord[]): PublishedRecord[] {
  const newest = new Map<string, PublishedRecord>();
  for (const record of records) {
    const place = `${record.publisher}/${record.kind}/${record.key}`;
    const known = newest.get(place);
    if (known === undefined || known.version < record.version) newest.set(place, record);
  }
  return [...newest.values()];
}

/** Keeps versions and brings the newest of each record up to date; returns the ids of those that were not held. */
export async function insertRecords(sql: Sql, records: readonly PublishedRecord[], now: number): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const ordered = inLockOrder(records);
  const inserted = await sql.query<RecordId>(
    `insert into catalogue_version (${columns}) ${unnested}
     on conflict on constraint catalogue_version_pk do nothing returning publisher, kind, key, version`,
    [...rowArrays(ordered), iso(now)],
  );
  await sql.query(
    `insert into catalogue_record (${columns}) ${unnested}
     on conflict on constraint catalogue_record_pk do update
       set version = excluded.version, state = excluded.state, published_at = excluded.published_at,
           withdrawn = excluded.withdrawn, suite = excluded.suite, key_id = excluded.key_id,
           signature = excluded.signature, received_at = excluded.received_at
     where catalogue_record.version < excluded.version`,
    [...rowArrays(newestOf(ordered)), iso(now)],
  );
  return new Set(inserted.map(idText));
}

/** Those of the named versions that are held. */
export async function readRecords(sql: Sql, ids: readonly RecordId[]): Promise<PublishedRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<Row>(
    `select ${selected('c')} from catalogue_version c
       join unnest($1::text[], $2::text[], $3::text[], $4::int[]) as u(p, k, y, v)
         on c.publisher = p and c.kind = k and c.key = y and c.version = v`,
    idArrays(ids),
  );
  return rows.map(recordOf);
}

/** Every version that the named publishers have published. */
export async function readPublishers(sql: Sql, publishers: readonly NodeCode[]): Promise<PublishedRecord[]> {
  const rows = await sql.query<Row>(
    `select ${selected('c')} from catalogue_version c where publisher = any($1) order by publisher, kind, key, version`,
    [publishers],
  );
  return rows.map(recordOf);
}

/** The newest version of each record of a publisher that has not been withdrawn, by kind and key. */
export async function readNewest(sql: Sql, publisher: NodeCode): Promise<PublishedRecord[]> {
  const rows = await sql.query<Row>(
    `select ${selected('c')} from catalogue_record c where publisher = $1 and not withdrawn order by kind, key collate "C"`,
    [publisher],
  );
  return rows.map(recordOf);
}

/** When the newest version of each publisher came to be held here. */
export async function readArrivals(sql: Sql): Promise<Map<NodeCode, Instant>> {
  const rows = await sql.query<{ publisher: NodeCode; at: Date }>(
    'select publisher, max(received_at) as at from catalogue_version group by publisher',
  );
  return new Map(rows.map(({ publisher, at }) => [publisher, at.getTime()]));
}

/** Rises with every change: versions are never altered or removed. */
export async function countVersions(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*)::int as count from catalogue_version');
  return row?.count ?? 0;
}

export const readVersionIds = (sql: Sql): Promise<RecordId[]> =>
  sql.query<RecordId>('select publisher, kind, key, version from catalogue_version');

/** Every version of the named publishers and of all below `prefix`: what a change at a node may touch. */
export async function readAround(
  sql: Sql,
  publishers: readonly NodeCode[],
  prefix: string,
): Promise<PublishedRecord[]> {
  const rows = await sql.query<Row>(
    `select ${selected('c')} from catalogue_version c where publisher = any($1) or starts_with(publisher, $2)
      order by publisher, kind, key, version`,
    [publishers, prefix],
  );
  return rows.map(recordOf);
}

/** Every version of the named records, whichever version the ids name. */
export async function readHistories(sql: Sql, ids: readonly RecordId[]): Promise<PublishedRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<Row>(
    `select ${selected('c')} from catalogue_version c
      where (publisher, kind, key) in (select p, k, y from unnest($1::text[], $2::text[], $3::text[]) as u(p, k, y))`,
    idArrays(ids).slice(0, 3),
  );
  return rows.map(recordOf);
}
