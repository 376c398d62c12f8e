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
  applied: { readonly applicantRef: string; readonly itemCode: string; readonly record: Uuid },
): Promise<void> {
  await sql.query('insert into applicant_case (node, applicant_ref, item_code, record) values ($1, $2, $3, $4)', [
    node,
    applied.applicantRef,
    applied.itemCode,
    applied.record,
  ]);
}
