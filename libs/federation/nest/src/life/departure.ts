import type { Sql } from '@tongban/journal';
import { isNodeCode, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { nodeTables } from './node-tables.js';

const fence = 'node_has_departed';
/** Long enough for a batch under way, short enough that nobody at a counter notices. */
const fenceLockTimeoutMs = 5_000;

export interface Departure {
  /** The incarnation that its new database was made with. */
  readonly destination: string;
  readonly released: boolean;
  readonly cleared: boolean;
}

export async function findDeparture(sql: Sql, node: NodeCode): Promise<Departure | undefined> {
  const [row] = await sql.query<Departure>(
    `select destination, released_at is not null as released, cleared_at is not null as cleared
       from node_departure where node = $1`,
    [node],
  );
  return row;
}

/** Nodes that have left this database; none where its schema is older than that, or not made yet. */
export async function readDeparted(sql: Sql): Promise<NodeCode[]> {
  const [known] = await sql.query<{ known: boolean }>(`select to_regclass('node_departure') is not null as known`);
  if (known?.known !== true) return [];
  const rows = await sql.query<{ node: string }>('select node from node_departure order by node');
  return rows.flatMap(({ node }) => (isNodeCode(node) ? [node] : []));
}

/**
 * Freezes every row of a node, in one transaction as the database's owner: waits for writers under way, and refuses all
 * later ones with SQLSTATE TB001. From the commit on the rows are what the new database has to get.
 * Refusal: node.state when the node has left for another database.
 */
export async function fenceNode(tx: Sql, node: NodeCode, destination: string): Promise<Result<void>> {
  await tx.query(`set local lock_timeout = ${fenceLockTimeoutMs}`);
  // Making a trigger locks the table against writers until the commit.
  for (const { name } of await nodeTables(tx)) {
    await tx.query(
      `create or replace trigger ${fence} before insert or update on "${name}"
         for each row execute function refuse_departed_node()`,
    );
  }
  await tx.query('insert into node_departure (node, destination) values ($1, $2) on conflict do nothing', [
    node,
    destination,
  ]);
  const departure = await findDeparture(tx, node);
  return departure?.destination === destination
    ? ok(undefined)
    : refuse('node.state', `${node} has left for the database ${departure?.destination ?? ''}`);
}

/** Written by a host at its start, before it serves: it leaves these nodes out. */
export async function releaseDeparted(sql: Sql, nodes: readonly NodeCode[]): Promise<void> {
  if (nodes.length === 0) return;
  await sql.query('update node_departure set released_at = now() where node = any($1) and released_at is null', [
    nodes,
  ]);
}

/** The last step: the rows have arrived elsewhere, and nobody here serves the node. The fences stay for a late writer. */
export async function clearNode(tx: Sql, node: NodeCode): Promise<void> {
  for (const { name } of (await nodeTables(tx)).toReversed()) {
    await tx.query(`delete from "${name}" where node = $1`, [node]);
  }
  await tx.query('update node_departure set cleared_at = now() where node = $1', [node]);
}
