import type { Sql } from '@tongban/journal';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly identity: boolean;
}

export interface NodeTable {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** What no node takes along: the database's own name, and where nodes came from and went. */
const ownTables = ['incarnation', 'node_departure', 'node_arrival', 'migration', 'migration_digest'];

interface TableRow {
  readonly name: string;
  readonly kind: 'node' | 'publisher';
  readonly columns: readonly Column[];
  readonly refers: readonly string[];
}

const tablesQuery = `
select c.relname as name,
       case when bool_or(a.attname = 'node') then 'node' else 'publisher' end as kind,
       json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                                  'identity', a.attidentity <> '') order by a.attnum) as columns,
       (select coalesce(json_agg(f.confrelid::regclass::text), '[]') from pg_constraint f
         where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as refers
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and c.relname <> all($1)
 group by c.oid, c.relname
having bool_or(a.attname in ('node', 'publisher'))
 order by c.relname`;

async function readTables(sql: Sql): Promise<TableRow[]> {
  return referredFirst(await sql.query<TableRow>(tablesQuery, [ownTables]));
}

/** A row's table after the tables that it refers to. */
function referredFirst(tables: readonly TableRow[]): TableRow[] {
  const placed = new Map<string, TableRow>();
  const names = new Set(tables.map(({ name }) => name));
  for (let round = 0; round < tables.length && placed.size < tables.length; round++) {
    for (const table of tables) {
      if (table.refers.every((other) => placed.has(other) || !names.has(other))) placed.set(table.name, table);
    }
  }
  if (placed.size < tables.length) throw new Error('tables refer to each other in a circle');
  return [...placed.values()];
}

const shapeOf = ({ name, columns }: TableRow): NodeTable => ({ name, columns });

/** Tables whose rows belong to a node. */
export async function nodeTables(sql: Sql): Promise<NodeTable[]> {
  const tables = await readTables(sql);
  return tables.filter(({ kind }) => kind === 'node').map(shapeOf);
}

/** Tables of the host's copy of the catalogue, kept once for all its nodes. */
export async function catalogueTables(sql: Sql): Promise<NodeTable[]> {
  const tables = await readTables(sql);
  return tables.filter(({ kind }) => kind === 'publisher').map(shapeOf);
}
