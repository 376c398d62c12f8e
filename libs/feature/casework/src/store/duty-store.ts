import { completeState, type CaseState } from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export interface OwnedCase {
  readonly node: NodeCode;
  readonly record: Uuid;
  readonly seq: number;
  readonly state: CaseState;
}

const iso = (at: number): string => new Date(at).toISOString();
const ownedOf = (row: OwnedCase): OwnedCase => ({ ...row, state: completeState(row.state) });

/** Cases at their owners that the system has to look at by now, those that wait longest first. */
export async function readDueCases(sql: Sql, now: number, limit: number): Promise<OwnedCase[]> {
  const rows = await sql.query<OwnedCase>(
    `select node, record, seq, state from case_view
      where duty_at <= $1 and owner = node order by duty_at, record limit $2`,
    [iso(now), limit],
  );
  return rows.map(ownedOf);
}

/** When to look again; a case that has moved on meanwhile has said so itself. */
export async function saveDutyAt(
  sql: Sql,
  { node, record, seq }: Pick<OwnedCase, 'node' | 'record' | 'seq'>,
  at: number | null,
): Promise<void> {
  await sql.query('update case_view set duty_at = $4 where node = $1 and record = $2 and seq = $3', [
    ...[node, record, seq],
    at === null ? null : iso(at),
  ]);
}

export interface RunningItem {
  readonly node: NodeCode;
  readonly item: string;
}

/** The items of which nodes of this host have open cases of their own. */
export async function readRunningItems(sql: Sql): Promise<RunningItem[]> {
  return sql.query<RunningItem>(
    `select node, item_code as item from case_view where owner = node and status <> 'closed' group by 1, 2 order by 1, 2`,
  );
}

/** A node's open cases of an item, in the order of their records. */
export async function readRunningCases(
  sql: Sql,
  { node, item }: RunningItem,
  after: Uuid | undefined,
  limit: number,
): Promise<OwnedCase[]> {
  const rows = await sql.query<OwnedCase>(
    `select node, record, seq, state from case_view
      where node = $1 and item_code = $2 and owner = $1 and status <> 'closed' and ($3::uuid is null or record > $3)
      order by record limit $4`,
    [node, item, after ?? null, limit],
  );
  return rows.map(ownedOf);
}

export interface Taken {
  readonly node: NodeCode;
  readonly item: string;
  /** Instant at which the period began. */
  readonly since: number;
  /** Steps of the route that a case under the delegation has at the node; none for a delegation to take in. */
  readonly powers: readonly ('accept' | 'decide' | 'certify')[];
}

// Where a case has been handed back its route names another node, so it is no longer counted here.
const takenWhere = `node = $1 and item_code = $2 and submitted_at >= $3
  and (case when cardinality($4::text[]) = 0 then state ->> 'intake' = $1
       else exists (select 1 from unnest($4::text[]) as power where state -> 'route' ->> power = $1) end)`;
const takenPlaces = ({ node, item, since, powers }: Taken): unknown[] => [node, item, iso(since), [...powers]];

/**
 * How many cases the node has taken under a delegation since its period began. Two that take at the same time wait for
 * each other until commit, so that one of them sees the other.
 */
export async function countTaken(sql: Sql, taken: Taken, delegation: string): Promise<number> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`quota ${taken.node} ${delegation}`]);
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from case_view where ${takenWhere}`,
    takenPlaces(taken),
  );
  return row!.count;
}

/** Open cases of the node beyond the first `cases` of the period: those that came when the quota was used up. */
export async function readBeyondQuota(sql: Sql, taken: Taken, cases: number, limit: number): Promise<OwnedCase[]> {
  const rows = await sql.query<OwnedCase>(
    `select node, record, seq, state from (
       select node, record, seq, state, owner, status,
              row_number() over (order by submitted_at, record) as place
         from case_view where ${takenWhere}) as counted
      where place > $5 and owner = node and status <> 'closed' order by place limit $6`,
    [...takenPlaces(taken), cases, limit],
  );
  return rows.map(ownedOf);
}
