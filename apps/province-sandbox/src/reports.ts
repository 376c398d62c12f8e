import type { Pool } from 'pg';
import { kinds, personalColumns, type Kind } from './standard/layouts.js';

export const maxPageRecords = 500;

/** A row as the reading routes show it: without what leads to a person. */
export interface ShownRecord {
  readonly position: number;
  readonly profile: string;
  readonly kind: Kind;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly outcome: 'acknowledged' | 'rejected';
  readonly receipt: string | null;
  readonly late: boolean;
  readonly problems: readonly { readonly code: string; readonly field: string; readonly message: string }[];
  readonly receivedAt: string;
}

const shown = `position::integer as position, profile, kind, business_key as "businessKey", data_version as "dataVersion",
  outcome, receipt, late, problems, received_at as "receivedAt"`;

/** Rows behind a position, oldest first. */
export async function recordsSince(pool: Pool, since: number, limit: number): Promise<ShownRecord[]> {
  const { rows } = await pool.query<ShownRecord>(
    `select ${shown} from record where position > $1 order by position limit $2`,
    [since, limit],
  );
  return rows;
}

/** All versions of all rows of a case, with the columns that name nobody. */
export async function recordsOfCase(pool: Pool, number: string): Promise<ShownRecord[]> {
  const { rows } = await pool.query<ShownRecord>(
    `select ${shown}, columns - $2::text[] as columns from record where project_no = $1 order by position limit $3`,
    [number, personalColumns, maxPageRecords],
  );
  return rows;
}

export interface KindCount {
  readonly acknowledged: number;
  readonly rejected: number;
  readonly amountFen: number;
  readonly digest: string;
}

/**
 * What came in on one day (YYYY-MM-DD in China). The amount is that of the acknowledged fee rows, in fen. The digest is SHA-256 over the lines `businessKey dataVersion` of the
 * acknowledged rows in byte order, each ended by LF.
 */
export async function statementOfDay(pool: Pool, day: string, profile: string): Promise<Record<Kind, KindCount>> {
  const { rows } = await pool.query<KindCount & { kind: Kind }>(
    `select kinds.kind,
       (count(*) filter (where outcome = 'acknowledged'))::integer as acknowledged,
       (count(*) filter (where outcome = 'rejected'))::integer as rejected,
       coalesce(sum(round((columns ->> 'amount')::numeric * 100)) filter
         (where outcome = 'acknowledged' and record.kind = 'fee'), 0)::float8 as "amountFen",
       encode(sha256(convert_to(coalesce(string_agg(business_key || ' ' || data_version || E'\\n', ''
         order by (business_key || ' ' || data_version) collate "C") filter (where outcome = 'acknowledged'), ''), 'UTF8')), 'hex') as digest
     from unnest($1::text[]) as kinds (kind)
     left join record on record.kind = kinds.kind and record.profile = $3
       and received_at >= ($2::date)::timestamp at time zone 'Asia/Shanghai'
       and received_at < ($2::date + 1)::timestamp at time zone 'Asia/Shanghai'
     group by kinds.kind`,
    [kinds, day, profile],
  );
  return Object.fromEntries(rows.map(({ kind, ...count }) => [kind, count])) as Record<Kind, KindCount>;
}
