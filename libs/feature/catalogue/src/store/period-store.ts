import type { Sql } from '@tongban/journal';
import type { EffectivePeriod } from '@tongban/domain/catalogue';
import type { RecordId } from '../record.js';

export interface RecordPeriod {
  readonly id: RecordId;
  readonly period: EffectivePeriod;
}

/** Puts the periods of the named records in place of those that were kept. */
export async function replacePeriods(
  sql: Sql,
  records: readonly RecordId[],
  periods: readonly RecordPeriod[],
): Promise<void> {
  await sql.query(
    `delete from catalogue_period
      where (publisher, kind, key) in (select p, k, y from unnest($1::text[], $2::text[], $3::text[]) as u(p, k, y))`,
    [records.map((id) => id.publisher), records.map((id) => id.kind), records.map((id) => id.key)],
  );
  if (periods.length === 0) return;
  await sql.query(
    `insert into catalogue_period (publisher, kind, key, version, applies)
     select p, k, y, v, daterange(f, u, '[)')
       from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::date[], $6::date[]) as n(p, k, y, v, f, u)`,
    [
      periods.map(({ id }) => id.publisher),
      periods.map(({ id }) => id.kind),
      periods.map(({ id }) => id.key),
      periods.map(({ period }) => period.version),
      periods.map(({ period }) => period.from),
      periods.map(({ period }) => period.until ?? null),
    ],
  );
}

/** How many versions of items and delegations are kept, and how many periods: none of the latter after an upgrade. */
export async function countPeriods(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*)::int as count from catalogue_period');
  return row?.count ?? 0;
}
