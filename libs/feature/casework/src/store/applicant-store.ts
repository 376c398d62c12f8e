import { completeState, type CaseState } from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export interface OpenCase {
  readonly record: Uuid;
  readonly number: string;
}

/**
 * The applicant's open case under the same item at the intake. Two submissions for one applicant and item wait for each
 * other until commit, so that one of them sees the other.
 */
export async function findOpenCase(
  sql: Sql,
  node: NodeCode,
  applicantRef: string,
  itemCode: string,
): Promise<OpenCase | undefined> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `applicant ${node} ${applicantRef} ${itemCode}`,
  ]);
  const [row] = await sql.query<OpenCase>(
    `select held.record, held.number from applicant_case applied
       join case_view held on held.node = applied.node and held.record = applied.record
      where applied.node = $1 and applied.applicant_ref = $2 and applied.item_code = $3 and held.status <> 'closed'
      limit 1`,
    [node, applicantRef, itemCode],
  );
  return row;
}

export async function insertApplicantCase(
  sql: Sql,
  node: NodeCode,
  applied: {
    readonly applicantRef: string;
    readonly principalRef: string;
    readonly itemCode: string;
    readonly record: Uuid;
  },
): Promise<void> {
  await sql.query(
    'insert into applicant_case (node, applicant_ref, principal_ref, item_code, record) values ($1, $2, $3, $4, $5)',
    [node, applied.applicantRef, applied.principalRef, applied.itemCode, applied.record],
  );
}

/** The applicant of a case taken in here, as mandates of this node know a principal. */
export async function findApplicantPrincipal(sql: Sql, node: NodeCode, record: Uuid): Promise<string | undefined> {
  const [row] = await sql.query<{ principal_ref: string | null }>(
    'select principal_ref from applicant_case where node = $1 and record = $2',
    [node, record],
  );
  return row?.principal_ref ?? undefined;
}

export interface EarlierRow {
  readonly record: Uuid;
  readonly state: CaseState;
}

/** Cases of one applicant at the intake, newest first. */
export async function readEarlierCases(
  sql: Sql,
  node: NodeCode,
  applicantRef: string,
  limit: number,
): Promise<EarlierRow[]> {
  const rows = await sql.query<EarlierRow>(
    `select held.record, held.state from applicant_case applied
       join case_view held on held.node = applied.node and held.record = applied.record
      where applied.node = $1 and applied.applicant_ref = $2
      order by held.submitted_at desc, held.record desc limit $3`,
    [node, applicantRef, limit],
  );
  return rows.map(({ record, state }) => ({ record, state: completeState(state) }));
}
