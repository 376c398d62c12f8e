import {
  recordKinds,
  type ExchangeProfile,
  type Flaw,
  type Layout,
  type Obstacles,
  type RecordKind,
} from '@tongban/domain/exchange';
import type { FrontDatabase, FrontRow } from './front-database.js';

/** Columns of a table as the catalogue of the database tells them; its default and identity are nobody's to fill. */
const columnsQuery = `select column_name, is_nullable, column_default, %identity% as self_made
  from information_schema.columns where lower(table_name) = ? and table_schema = %schema%`;
const dialects = {
  postgres: {
    schema: 'current_schema()',
    identity: "case when is_identity = 'YES' or is_generated <> 'NEVER' then 1 else 0 end",
  },
  mysql: { schema: 'database()', identity: "case when extra <> '' then 1 else 0 end" },
} as const;

function flawsOf(layout: Layout, ours: ReadonlySet<string>, columns: readonly FrontRow[]): Flaw[] {
  const { table } = layout;
  const flaw = (field: string, what: string): Flaw => ({ field, code: 'column', message: `前置库表 ${table} ${what}` });
  if (columns.length === 0) return [flaw(table, '不存在，须与省级平台核对')];
  const theirs = new Set(columns.map((row) => String(row['column_name']).toLowerCase()));
  const missing = [...ours].filter((name) => !theirs.has(name.toLowerCase()));
  const known = new Set([...ours].map((name) => name.toLowerCase()));
  const wanted = columns.filter(
    (row) =>
      row['is_nullable'] === 'NO' &&
      row['column_default'] === null &&
      Number(row['self_made']) === 0 &&
      !known.has(String(row['column_name']).toLowerCase()),
  );
  return [
    ...missing.map((name) => flaw(name, `没有列 ${name}，须与省级平台核对对照表`)),
    ...wanted.map((row) => {
      const name = String(row['column_name']);
      return flaw(name, `有必填列 ${name}，对照表中没有这一列，须与省级平台核对后再报`);
    }),
  ];
}

/**
 * What keeps kinds of rows back because the front-end tables are not as the profile has them: a table or a column is
 * missing, or a column that we do not know wants a value.
 */
export async function readObstacles(database: FrontDatabase, profile: ExchangeProfile): Promise<Obstacles> {
  const { schema, identity } = dialects[database.kind];
  const text = columnsQuery.replace('%schema%', schema).replace('%identity%', identity);
  const found = new Map<RecordKind, readonly Flaw[]>();
  await database.read(async (sql) => {
    for (const kind of recordKinds) {
      const layout: Layout | undefined = profile.layouts[kind];
      if (layout === undefined) continue;
      const ours = new Set([...layout.columns.map(({ name }) => name), ...Object.keys(profile.sending)]);
      const flaws = flawsOf(layout, ours, await sql.query(text, [layout.table.toLowerCase()]));
      if (flaws.length > 0) found.set(kind, flaws);
    }
  });
  return found;
}
