import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { incarnationAfter, readIncarnation } from '../store/recovery-store.js';
import { catalogueTables, nodeTables, type Column, type NodeTable } from './node-tables.js';

/** Rows carried at a time, and pages of one table at most: a hundred million rows. */
const pageRows = 500;
const maxPages = 200_000;

export interface Arrival {
  /** The incarnation of the database that the node came from. */
  readonly origin: string;
  readonly rows: number;
}

export async function findArrival(sql: Sql, node: NodeCode): Promise<Arrival | undefined> {
  const [row] = await sql.query<{ origin: string; rows: string }>(
    'select origin, rows from node_arrival where node = $1',
    [node],
  );
  return row === undefined ? undefined : { origin: row.origin, rows: Number(row.rows) };
}

/** True while nothing of any node was ever written to the database. */
export async function isUnused(sql: Sql): Promise<boolean> {
  for (const { name } of await nodeTables(sql)) {
    const [row] = await sql.query<{ used: boolean }>(`select exists (select from "${name}") as used`);
    if (row!.used) return false;
  }
  return true;
}

/** The tables that a move carries, with their columns: equal where both hosts run the same version. */
const readShape = async (sql: Sql): Promise<string> =>
  JSON.stringify([...(await nodeTables(sql)), ...(await catalogueTables(sql))]);

/**
 * Copies a fenced node and the host's copy of the catalogue into a database that has held nothing, in one transaction of
 * each. What arrives counts as put back from a backup under a later incarnation: neighbours give back what they hold,
 * and nothing that the old database still sends in the node's name is taken after that.
 * Refusal: node.state when the database is in use or of another version.
 *
 * @param from a transaction in REPEATABLE READ, begun after the fence
 * @param to a transaction, as the owner
 */
export async function bringNode(from: Sql, to: Sql, node: NodeCode): Promise<Result<Arrival>> {
  if (!(await isUnused(to))) return refuse('node.state', 'the new database already holds rows of a node');
  if ((await readShape(from)) !== (await readShape(to)))
    return refuse('node.state', 'the two hosts run different versions: upgrade first');
  let rows = 0;
  for (const table of await catalogueTables(to)) {
    const own = table.name === 'catalogue_outbox';
    await carry(from, to, table, own ? { column: 'publisher', node } : undefined);
  }
  for (const table of await nodeTables(to)) rows += await carry(from, to, table, { column: 'node', node });
  const { id: origin } = await readIncarnation(from);
  await to.query('insert into node_arrival (node, origin, rows) values ($1, $2, $3)', [node, origin, rows]);
  await incarnationAfter(to, origin);
  return ok({ origin, rows });
}

interface Of {
  readonly column: 'node' | 'publisher';
  readonly node: NodeCode;
}

const quoted = ({ name }: Column): string => `"${name}"`;

/** Values travel as PostgreSQL's own text: a JSON text stays the very text that was hashed. */
async function carry(from: Sql, to: Sql, table: NodeTable, of: Of | undefined): Promise<number> {
  const { name, columns } = table;
  const texts = columns.map((column) => `${quoted(column)}::text`).join(', ');
  const matches = of === undefined ? '' : ` where "${of.column}" = $1`;
  const cursor = 'leaving_rows';
  await from.query(
    `declare ${cursor} no scroll cursor for select array[${texts}] as row from "${name}"${matches}`,
    of === undefined ? [] : [of.node],
  );
  let rows = 0;
  for (let page = 0; ; page++) {
    if (page === maxPages) throw new Error(`table ${name} has more rows than a move may carry`);
    const found = await from.query<{ row: (string | null)[] }>(`fetch ${pageRows} from ${cursor}`);
    if (found.length > 0)
      await put(
        to,
        table,
        found.map(({ row }) => row),
      );
    rows += found.length;
    if (found.length < pageRows) break;
  }
  await from.query(`close ${cursor}`);
  for (const column of columns.filter(({ identity }) => identity)) {
    await to.query(
      `select setval(pg_get_serial_sequence($1, $2), max(${quoted(column)})) from "${name}" having max(${quoted(column)}) is not null`,
      [`"${name}"`, column.name],
    );
  }
  return rows;
}

async function put(to: Sql, { name, columns }: NodeTable, rows: readonly (readonly (string | null)[])[]) {
  const values = columns.map(({ type }, index) => `(u.v ->> ${index})::${type}`).join(', ');
  await to.query(
    `insert into "${name}" (${columns.map(quoted).join(', ')}) overriding system value
     select ${values} from json_array_elements($1::json) as u(v)`,
    [JSON.stringify(rows)],
  );
}
