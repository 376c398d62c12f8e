import type { LocalDate } from '@tongban/domain/calendar';
import { caseStatuses, type CaseStatus } from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

/** The groups with most cases are told of each kind; the total has all. */
const maxGroups = 100;

/** Of the cases that were submitted in a period. */
export interface CaseCounts {
  readonly cases: number;
  /** Closed otherwise than by withdrawal, which says nothing about the office. */
  readonly concluded: number;
  /** Of those, without a promised limit broken. */
  readonly onTime: number;
  /** Open, with a promised limit that has gone by. */
  readonly overdue: number;
}

type Grouped<K> = CaseCounts & K;

export interface CaseFigures {
  readonly total: CaseCounts;
  readonly items: readonly Grouped<{ readonly code: string; readonly name: string }>[];
  readonly owners: readonly Grouped<{ readonly node: string }>[];
  readonly statuses: readonly Grouped<{ readonly status: CaseStatus }>[];
  /** By the day of submission; days without a case are left out. */
  readonly days: readonly Grouped<{ readonly day: LocalDate }>[];
}

interface Row extends CaseCounts {
  readonly kind: number;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly owner: string | null;
  readonly status: CaseStatus | null;
  readonly day: LocalDate | null;
}

/** `grouping()` of (item_code, owner, status, day): a bit is set where the column is no part of the group. */
const groupBits = { items: 0b0111, owners: 0b1011, statuses: 0b1101, days: 0b1110, total: 0b1111 } as const;

/**
 * Everything that the node holds of a period, both days included: one pass over `case_view_listed`, which has all that
 * is asked for, so that no case itself is read.
 */
export async function readCaseFigures(
  sql: Sql,
  node: NodeCode,
  period: { readonly from: LocalDate; readonly to: LocalDate },
  today: LocalDate,
): Promise<CaseFigures> {
  const rows = await sql.query<Row>(
    `with held as (
       select item_code, item_name, owner, status, (submitted_at at time zone 'Asia/Shanghai')::date as day,
              status = 'closed' and closing <> 'withdrawn' as concluded, late,
              status <> 'closed' and promised_due < $4::date as overdue
         from case_view
        where node = $1 and submitted_at >= ($2::date)::timestamp at time zone 'Asia/Shanghai'
          and submitted_at < ($3::date + 1)::timestamp at time zone 'Asia/Shanghai')
     select grouping(item_code, owner, status, day) as kind, item_code, max(item_name) as item_name, owner, status,
            to_char(day, 'YYYY-MM-DD') as day, count(*)::int as cases,
            (count(*) filter (where concluded))::int as concluded,
            (count(*) filter (where concluded and not late))::int as "onTime",
            (count(*) filter (where overdue))::int as overdue
       from held group by grouping sets ((item_code), (owner), (status), (day), ())
      order by cases desc, item_code, owner, status, day`,
    [node, period.from, period.to, today],
  );
  const of = (bits: number) => rows.filter(({ kind }) => kind === bits);
  const order: readonly string[] = Object.keys(caseStatuses);
  return {
    total: countsOf(of(groupBits.total)[0]!),
    items: of(groupBits.items)
      .slice(0, maxGroups)
      .map((row) => ({ code: row.item_code!, name: row.item_name!, ...countsOf(row) })),
    owners: of(groupBits.owners)
      .slice(0, maxGroups)
      .map((row) => ({ node: row.owner!, ...countsOf(row) })),
    statuses: of(groupBits.statuses)
      .map((row) => ({ status: row.status!, ...countsOf(row) }))
      .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status)),
    days: of(groupBits.days)
      .map((row) => ({ day: row.day!, ...countsOf(row) }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

const countsOf = ({ cases, concluded, onTime, overdue }: Row): CaseCounts => ({ cases, concluded, onTime, overdue });
