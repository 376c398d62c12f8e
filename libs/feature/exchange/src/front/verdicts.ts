import type { BatchBody, ExchangeProblem } from '@tongban/domain/exchange';
import { batchText, layoutOf, type FrontProfile } from './batch-rows.js';
import type { FrontRow, FrontSql } from './front-database.js';

/** What the province says of a row; nothing while it has not looked at it. */
export type RowVerdict =
  { readonly outcome: 'taken' } | { readonly outcome: 'refused'; readonly problem: ExchangeProblem };

const refused = (code: string, field: string, message: string): RowVerdict => ({
  outcome: 'refused',
  problem: { code, field, message },
});
const unnamedError = 'E-ABNORMAL';

/** err_type and remark as they come; the platform names the table and not the column. */
export const abnormalProblem = (row: FrontRow): ExchangeProblem => ({
  code: String(row['err_type'] ?? unnamedError),
  field: String(row['table_sql_name'] ?? ''),
  message: String(row['remark'] ?? ''),
});

/** Verdicts on the rows of a batch by row name. */
export async function readVerdicts(
  sql: FrontSql,
  profile: FrontProfile,
  body: BatchBody,
): Promise<ReadonlyMap<string, RowVerdict>> {
  const { verdict } = profile.front;
  const verdicts = new Map<string, RowVerdict>();
  if (verdict.kind === 'abnormal') {
    const rows = await sql.query(
      'select table_row_guid, table_sql_name, err_type, remark from DN_AUDIT_ABNORMAL where table_cd_batch = ?',
      [batchText(body.batch)],
    );
    for (const row of rows) {
      const { code, field, message } = abnormalProblem(row);
      verdicts.set(String(row['table_row_guid']), refused(code, field, message));
    }
    return verdicts;
  }
  for (const kind of new Set(body.records.map((record) => record.kind))) {
    const { table } = layoutOf(profile, kind);
    const { row: name, batch } = profile.front;
    const { column, reason, taken, refused: no } = verdict;
    const rows = await sql.query(
      `select ${name} as row_name, ${column} as state, ${reason} as reason from ${table} where ${batch} = ?`,
      [batchText(body.batch)],
    );
    for (const { row_name: rowName, state, reason: why } of rows) {
      if (String(state) === taken) verdicts.set(String(rowName), { outcome: 'taken' });
      else if (String(state) === no) verdicts.set(String(rowName), refused(`E-${column}`, table, String(why ?? '')));
    }
  }
  return verdicts;
}
