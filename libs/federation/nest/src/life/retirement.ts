import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';

export interface Retirement {
  readonly node: NodeCode;
  /** Who goes on with its open cases. */
  readonly successor: NodeCode;
  /** `2026-03-01`: the day from which it has ended. */
  readonly endsOn: string;
  /** The act by which it ends, as the directory names it. */
  readonly basis: string;
  readonly closed: boolean;
}

const columns = `node, successor, to_char(ends_on, 'YYYY-MM-DD') as "endsOn", basis, closed_at is not null as closed`;

/** Nodes of this database that end, or have ended. */
export const readRetirements = (sql: Sql): Promise<Retirement[]> =>
  sql.query<Retirement>(`select ${columns} from node_retirement order by node`);

export async function findRetirement(sql: Sql, node: NodeCode): Promise<Retirement | undefined> {
  const [row] = await sql.query<Retirement>(`select ${columns} from node_retirement where node = $1`, [node]);
  return row;
}

/** Refusal: node.retiring. What was begun is finished, or goes to the successor. */
export async function mayBegin(sql: Sql, node: NodeCode): Promise<Result<void>> {
  const retirement = await findRetirement(sql, node);
  if (retirement === undefined) return ok(undefined);
  const { successor, endsOn } = retirement;
  return refuse('node.retiring', `该单位自 ${endsOn} 起撤并，请到承接单位 ${successor} 办理`, { successor });
}

/** As the owner of the database. Refusal: node.state when the node ends already, for another successor. */
export async function beginRetirement(
  sql: Sql,
  { node, successor, endsOn, basis }: Omit<Retirement, 'closed'>,
): Promise<Result<Retirement>> {
  await sql.query(
    'insert into node_retirement (node, successor, ends_on, basis) values ($1, $2, $3, $4) on conflict do nothing',
    [node, successor, endsOn, basis],
  );
  const held = (await findRetirement(sql, node))!;
  return held.successor === successor
    ? ok(held)
    : refuse('node.state', `${node} ends already, and its cases go to ${held.successor}`);
}

export async function closeRetirement(sql: Sql, node: NodeCode): Promise<void> {
  await sql.query('update node_retirement set closed_at = now() where node = $1 and closed_at is null', [node]);
}

/** What is still on its way to or from a node that ends. */
export interface Remaining {
  /** Records on offer by it or to it. */
  readonly offers: number;
  /** Link messages without a receipt, requests that wait. */
  readonly messages: number;
}

export async function readRemaining(sql: Sql, node: NodeCode): Promise<Remaining> {
  const [row] = await sql.query<Remaining>(
    `select (select count(*)::int from record where node = $1 and offered_to is not null and $1 in (owner, offered_to)) as offers,
            (select coalesce(sum(last - acked), 0)::int from link_out where node = $1)
          + (select count(*)::int from deferred_request where node = $1) as messages`,
    [node],
  );
  return row!;
}
