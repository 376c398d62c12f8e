import type { ProfileName } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { reportColumns, reportOf, type Report, type ReportPosition, type ReportRow } from './report-store.js';

export interface ReturnPosition extends ReportPosition {
  readonly profile: ProfileName;
}

export interface ReturnFilter {
  readonly profiles: readonly ProfileName[];
  readonly owner: NodeCode;
  readonly after: ReturnPosition | undefined;
  readonly limit: number;
}

export interface ReturnedReport extends Report {
  readonly profile: ProfileName;
}

/** What a node has to mend: the reports of its cases that the province sent back or that lack something, oldest first. */
export async function listReturns(
  sql: Sql,
  node: NodeCode,
  { profiles, owner, after, limit }: ReturnFilter,
): Promise<ReturnedReport[]> {
  const rows = await sql.query<ReportRow & { readonly profile: ProfileName }>(
    `select profile, ${reportColumns} from exchange_report
      where node = $1 and owner = $2 and profile = any($3) and stage in ('held', 'rejected')
        and ($4::timestamptz is null or (since, record, profile) > ($4::timestamptz, $5::uuid, $6))
      order by since, record, profile limit $7`,
    [node, owner, profiles, after?.since ?? null, after?.record ?? null, after?.profile ?? null, limit],
  );
  return rows.map((row) => ({ ...reportOf(row), profile: row.profile }));
}
