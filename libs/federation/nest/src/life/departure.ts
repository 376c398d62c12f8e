import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '@tongban/journal';
import { isNodeCode, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { nodeTables } from './node-tables.js';

const fence = 'node_has_departed';
/** Long enough for a batch under way, short enough that nobody at a counter notices. */
const fenceLockTimeoutMs = 5_000;
const writerPollMs = 50;
/** A minute. */
const maxWriterPolls = 1_200;

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

/** One transaction as the database's owner, tried again when others stood in its way. */
type Run = <T>(body: (tx: Sql) => Promise<T>) => Promise<T>;

/**
 * Puts the fence at every table with a node column. It lets everybody pass until {@link fenceNode}. One table at a time:
 * making a trigger locks the table against writers, and who holds several such locks is soon in a deadlock with them.
 */
export async function raiseFences(run: Run): Promise<void> {
  for (const { name } of await run(nodeTables)) {
    await run(async (tx) => {
      await tx.query(`set local lock_timeout = ${fenceLockTimeoutMs}`);
      await tx.query(
        `create or replace trigger ${fence} before insert or update on "${name}"
           for each row execute function refuse_departed_node()`,
      );
    });
  }
}

/**
 * Closes the fences for a node: from the commit on every statement that would write a row of it is refused with SQLSTATE
 * TB001. What was under way before may still commit: see {@link awaitWriters}.
 * Refusal: node.state when the node has left for another database.
 */
export async function fenceNode(tx: Sql, node: NodeCode, destination: string): Promise<Result<void>> {
  await tx.query('insert into node_departure (node, destination) values ($1, $2) on conflict do nothing', [
    node,
    destination,
  ]);
  const departure = await findDeparture(tx, node);
  return departure?.destination === destination
    ? ok(undefined)
    : refuse('node.state', `${node} has left for the database ${departure?.destination ?? ''}`);
}

// By virtual transaction: one that has written nothing yet has no number of its own, and may have passed the fence.
const underWay = `
select l.virtualxid from pg_locks l join pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'virtualxid' and l.pid <> pg_backend_pid() and a.datname = current_database()`;

/**
 * Waits until everything that was under way in the database has ended. After the fence was closed nobody can write rows of
 * the node any more, and what was written can be read. Outside of a transaction.
 * Refusal: node.state when a transaction does not end within a minute.
 */
export async function awaitWriters(sql: Sql): Promise<Result<void>> {
  let left = (await sql.query<{ virtualxid: string }>(underWay)).map(({ virtualxid }) => virtualxid);
  for (let poll = 0; left.length > 0; poll++) {
    if (poll === maxWriterPolls) return refuse('node.state', 'a transaction in the old database does not end');
    await sleep(writerPollMs);
    const found = await sql.query<{ virtualxid: string }>(`${underWay} and l.virtualxid = any($1)`, [left]);
    left = found.map(({ virtualxid }) => virtualxid);
  }
  return ok(undefined);
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
