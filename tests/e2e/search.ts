import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { HostName } from './city.js';
import type { Databases } from './database.js';

/** Files below a folder whose bytes hold one of the texts, as `<file>: <text>`. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    for (const text of texts) if (bytes.includes(text)) found.push(`${file}: ${text}`);
  }
  return found;
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

const columnsSql = `
select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where n.nspname = 'public' and c.relkind in ('r', 'p', 'm')`;

/**
 * Columns of a database that hold one of the texts anywhere, as `<host> <table>.<column>: <text>`: every column is read as
 * text, binary ones as their bytes.
 */
export async function columnsWith(databases: Databases, host: HostName, texts: readonly string[]): Promise<string[]> {
  const columns = await databases.query<Column>(host, columnsSql);
  if (columns.length === 0) throw new Error(`the database of ${host} has no tables`);
  const looks = columns.map(({ table, column, type }) => {
    const name = escapeIdentifier(column);
    const holds =
      type === 'bytea' ? `position(convert_to(t, 'UTF8') in ${name}) > 0` : `position(t in ${name}::text) > 0`;
    const where = `exists (select from ${escapeIdentifier(table)} where ${holds})`;
    return `select ${escapeLiteral(`${table}.${column}`)} as place, t from texts where ${where}`;
  });
  const sql = `with texts as (select t from unnest($1::text[]) as t) ${looks.join(' union all ')}`;
  const found = await databases.query<{ place: string; t: string }>(host, sql, [texts]);
  return found.map(({ place, t }) => `${host} ${place}: ${t}`);
}
