import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { completeState } from '@tongban/domain/casework';
import type { CaseRow } from './case-store.js';

const mostHolders = 16;

interface Row {
  readonly node: NodeCode;
  readonly record: CaseRow['record'];
  readonly state: CaseRow['state'];
  readonly seq: number;
  readonly head_hash: Buffer;
}

/** The copies of the case that a certificate ended, at the nodes of this host; the newest first. */
export async function findCasesByCertificate(
  sql: Sql,
  certificateNumber: string,
): Promise<(CaseRow & { readonly node: NodeCode })[]> {
  const rows = await sql.query<Row>(
    `select node, record, state, seq, head_hash from case_view
      where (state -> 'certificate' ->> 'number') = $1 order by seq desc, node limit $2`,
    [certificateNumber, mostHolders],
  );
  return rows.map(({ node, record, state, seq, head_hash }) => ({
    ...{ node, record, seq },
    state: completeState(state),
    headHash: head_hash.toString('hex'),
  }));
}
