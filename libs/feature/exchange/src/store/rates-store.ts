import type { RateCounts } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Scope } from './scope.js';

/** The id of a department with what is known of its reports. */
export interface DepartmentCounts extends RateCounts {
  readonly department: string;
}

/** By department, over the cases taken in below `prefix`; the days (YYYY-MM-DD in China) are inclusive. */
export async function readDepartmentCounts(
  sql: Sql,
  { node, profile }: Scope,
  prefix: string,
  days: { readonly from: string; readonly to: string },
): Promise<DepartmentCounts[]> {
  return sql.query<DepartmentCounts>(
    `with reported as (
       select record, department, stage from exchange_report
        where node = $1 and profile = $2 and starts_with(intake, $3) and department is not null and stage <> 'idle'
     ), answered as (
       select r.department, count(*)::int as rows, count(*) filter (where a.late)::int as late
         from exchange_answer a join reported r on r.record = a.record
        where a.node = $1 and a.profile = $2
          and a.received_at >= ($4::date)::timestamp at time zone 'Asia/Shanghai'
          and a.received_at < ($5::date + 1)::timestamp at time zone 'Asia/Shanghai'
          and not exists (select from exchange_answer e where e.node = a.node and e.profile = a.profile
            and e.business_key = a.business_key and e.data_version < a.data_version)
        group by r.department
     )
     select r.department, count(*)::int as cases, count(*) filter (where r.stage = 'held')::int as held,
       count(*) filter (where r.stage = 'rejected')::int as rejected,
       coalesce(max(a.rows), 0)::int as rows, coalesce(max(a.late), 0)::int as "lateRows"
       from reported r left join answered a on a.department = r.department
      group by r.department order by r.department`,
    [node, profile, prefix, days.from, days.to],
  );
}

/** Versions of rows that were rejected under a code. */
export interface RejectCount {
  readonly code: string;
  readonly rows: number;
}

const mostCodes = 200;

/** Rejects by the province's code since the exchange began, the most frequent first. */
export async function readRejects(sql: Sql, { node, profile }: Scope): Promise<RejectCount[]> {
  return sql.query<RejectCount>(
    `select code, count(*)::int as rows from (
       select distinct a.business_key, a.data_version, p ->> 'code' as code
         from exchange_answer a, json_array_elements(a.problems) as p
        where a.node = $1 and a.profile = $2 and a.outcome = 'rejected'
       union
       select business_key, data_version, code from exchange_objection where node = $1 and profile = $2
     ) as rejects group by code order by rows desc, code limit ${mostCodes}`,
    [node, profile],
  );
}
