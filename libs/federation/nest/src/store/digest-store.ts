import { bucketCount, bucketDigestBytes, partCount, type GroupRoot, type RecordKey } from '@tongban/federation/core';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { sharedRecords } from './recovery-store.js';

export interface DigestScope {
  readonly owner: string;
  readonly recordClass: string;
}

const bucketNumber = 'get_byte(uuid_send(r.record), 15)';
const partNumber = `get_byte(uuid_send(r.record), 14) * ${bucketCount} + ${bucketNumber}`;

/** Digests and keys cover what both neighbours hold; a record that is damaged here counts as not held. */
const shared = (condition: string): string => `
  shared as (
    select r.owner, r.record_class, r.record, ${bucketNumber} as bucket,
           uuid_send(r.record) || int4send(r.seq) || r.hash as line
      from record r
     where r.node = $1 and ${condition}
       and not exists (select from damaged_record d where d.node = r.node and d.record = r.record))`;

const buckets = `
  buckets as (
    select owner, record_class, bucket, count(*) as records, sha256(string_agg(line, ''::bytea order by record)) as digest
      from shared group by owner, record_class, bucket)`;

const rootBytes = 16;

/** One digest for each owner and class. SHA-256 is what PostgreSQL computes itself; what differs is verified by SM3. */
export async function readRoots(sql: Sql, node: NodeCode, peer: NodeCode): Promise<GroupRoot[]> {
  const { condition, parameter } = sharedRecords(node, peer, '$2');
  const rows = await sql.query<{ owner: string; recordClass: string; records: number; root: Buffer }>(
    `with ${shared(condition)}, ${buckets}
     select owner, record_class as "recordClass", sum(records)::int as records,
            substr(sha256(string_agg(int4send(bucket) || digest, ''::bytea order by bucket)), 1, ${rootBytes}) as root
       from buckets group by owner, record_class order by owner, record_class`,
    [node, parameter],
  );
  return rows;
}

/** 256 digests of one owner and class; zeros where there is no record. */
export async function readBuckets(sql: Sql, node: NodeCode, peer: NodeCode, scope: DigestScope): Promise<Buffer> {
  const { condition, parameter } = sharedRecords(node, peer, '$2');
  const rows = await sql.query<{ bucket: number; digest: Buffer }>(
    `with ${shared(`${condition} and r.owner = $3 and r.record_class = $4`)}, ${buckets}
     select bucket, digest from buckets`,
    [node, parameter, scope.owner, scope.recordClass],
  );
  const digests = Buffer.alloc(bucketCount * bucketDigestBytes);
  for (const { bucket, digest } of rows) digest.copy(digests, bucket * bucketDigestBytes, 0, bucketDigestBytes);
  return digests;
}

/** For each of the buckets, in their order, 256 digests of its parts; zeros where there is no record. */
export async function readParts(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  scope: DigestScope,
  among: readonly number[],
): Promise<Buffer> {
  const { condition, parameter } = sharedRecords(node, peer, '$2');
  const rows = await sql.query<{ bucket: number; part: number; digest: Buffer }>(
    `with ${shared(`${condition} and r.owner = $3 and r.record_class = $4 and ${bucketNumber} = any($5::int[])`)}
     select bucket, get_byte(uuid_send(record), 14) as part, sha256(string_agg(line, ''::bytea order by record)) as digest
       from shared group by 1, 2`,
    [node, parameter, scope.owner, scope.recordClass, among],
  );
  const digests = Buffer.alloc(among.length * partCount * bucketDigestBytes);
  for (const { bucket, part, digest } of rows) {
    digest.copy(digests, (among.indexOf(bucket) * partCount + part) * bucketDigestBytes, 0, bucketDigestBytes);
  }
  return digests;
}

/** Keys of whole buckets, or of parts of them by the last two bytes of the record. */
export async function readKeys(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  scope: DigestScope,
  among: { readonly buckets: readonly number[] } | { readonly parts: readonly number[] },
): Promise<RecordKey[]> {
  const [number, numbers] = 'parts' in among ? [partNumber, among.parts] : [bucketNumber, among.buckets];
  const { condition, parameter } = sharedRecords(node, peer, '$2');
  return sql.query<{ record: Uuid; seq: number; hash: Buffer }>(
    `select r.record, r.seq, r.hash from record r
      where r.node = $1 and ${condition} and r.owner = $3 and r.record_class = $4
        and ${number} = any($5::int[])
        and not exists (select from damaged_record d where d.node = r.node and d.record = r.record)
      order by r.record`,
    [node, parameter, scope.owner, scope.recordClass, numbers],
  );
}

/** Sound records that both hold, in their order, after the given one; only those of `among` when it is given. */
export async function readSharedPage(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  after: Uuid | undefined,
  among: readonly Uuid[] | undefined,
  limitRows: number,
): Promise<Uuid[]> {
  const { condition, parameter } = sharedRecords(node, peer, '$2');
  const rows = await sql.query<{ record: Uuid }>(
    `select r.record from record r
      where r.node = $1 and ${condition} and ($3::uuid is null or r.record > $3)
        and ($4::uuid[] is null or r.record = any($4))
        and not exists (select from damaged_record d where d.node = r.node and d.record = r.record)
      order by r.record limit $5`,
    [node, parameter, after ?? null, among ?? null, limitRows],
  );
  return rows.map(({ record }) => record);
}
