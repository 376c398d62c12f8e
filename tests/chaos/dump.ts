import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeIdentifier } from 'pg';
import { reading, type Place } from './check/world.js';

const rowsPerPage = 2_000;

const tablesSql = `
select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`;

/** Every table of a database as JSON lines in a folder: what somebody needs who asks how a violation came about. */
export async function dump({ name, url }: Place, folder: string): Promise<void> {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  await reading(url, async (query) => {
    for (const table of await query<{ name: string }>(tablesSql)) {
      const file = join(target, `${table.name}.jsonl`);
      writeFileSync(file, '');
      for (let offset = 0; ; offset += rowsPerPage) {
        const rows = await query<{ line: string }>(
          `select row_to_json(t)::text as line from ${escapeIdentifier(table.name)} t order by ctid offset $1 limit $2`,
          [offset, rowsPerPage],
        );
        if (rows.length > 0) appendFileSync(file, `${rows.map(({ line }) => line).join('\n')}\n`);
        if (rows.length < rowsPerPage) break;
      }
    }
  });
}
