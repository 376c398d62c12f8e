import {
  fenOf,
  recordKinds,
  statementOf,
  type Layout,
  type Statement,
  type StatementEntry,
} from '@tongban/domain/exchange';
import type { FrontProfile } from './batch-rows.js';
import type { FrontSql } from './front-database.js';

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** The rows of a day as they lie in the province's tables, with its verdicts; rows it has not looked at are in neither. */
export async function frontStatement(sql: FrontSql, profile: FrontProfile, day: string): Promise<Statement> {
  const { row, batch, time, verdict } = profile.front;
  const span = [`${day} 00:00:00`, `${nextDay(day)} 00:00:00`];
  const abnormal = verdict.kind === 'abnormal' ? await abnormalOf(sql, span) : new Set<string>();
  const state = verdict.kind === 'state' ? verdict.column : "''";
  const entries: StatementEntry[] = [];
  for (const kind of recordKinds) {
    const layout: Layout | undefined = profile.layouts[kind];
    if (layout === undefined) continue;
    const money = kind === 'fee' ? layout.columns.find(({ format }) => format === 'amount')?.name : undefined;
    const rows = await sql.query(
      `select ${row} as row_name, ${batch} as batch, ${state} as state, ${money ?? "''"} as amount
         from ${layout.table} where ${time} >= ? and ${time} < ?`,
      span,
    );
    for (const found of rows) {
      const line = `${String(found['row_name'])} ${String(found['batch'])}`;
      const outcome = outcomeOf(line, String(found['state']));
      if (outcome !== undefined) entries.push({ kind, line, outcome, amountFen: fenOf(found['amount'] ?? '') ?? 0 });
    }
  }
  return statementOf(entries);

  function outcomeOf(line: string, found: string): StatementEntry['outcome'] | undefined {
    if (verdict.kind === 'abnormal') return abnormal.has(line) ? 'rejected' : 'acknowledged';
    if (found === verdict.taken) return 'acknowledged';
    return found === verdict.refused ? 'rejected' : undefined;
  }
}

async function abnormalOf(sql: FrontSql, span: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql.query(
    'select table_row_guid, table_cd_batch from DN_AUDIT_ABNORMAL where table_cd_time >= ? and table_cd_time < ?',
    span,
  );
  return new Set(rows.map((row) => `${String(row['table_row_guid'])} ${String(row['table_cd_batch'])}`));
}
