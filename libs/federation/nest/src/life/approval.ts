import type { JoinedDivision } from '@tongban/domain/division';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Joining } from './division-list.js';

/** A parent's consent to a new child, as the parent keeps it. */
export interface Approval {
  readonly joining: Joining & { readonly approval: JoinedDivision['approval'] };
  /** The account of the officer who decided. */
  readonly approver: string;
}

export async function findApproval(sql: Sql, node: NodeCode, child: NodeCode): Promise<Approval | undefined> {
  const [row] = await sql.query<Approval>(
    'select joining, approver from node_approval where node = $1 and child = $2',
    [node, child],
  );
  return row;
}

/** As the owner of the database; an approval that was given before stands, and is returned. */
export async function saveApproval(sql: Sql, { joining, approver }: Approval): Promise<Approval> {
  const { by, at } = joining.approval;
  await sql.query(
    `insert into node_approval (node, child, joining, approver, approved_at)
     values ($1, $2, $3, $4, to_timestamp($5::double precision / 1000)) on conflict do nothing`,
    [by, joining.node, JSON.stringify(joining), approver, at],
  );
  return (await findApproval(sql, by, joining.node))!;
}
