import type { PrivacyState } from '@tongban/domain/privacy';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export const maxRequestsOfCase = 200;

const columns = 'record, state, seq';
export interface PrivacyRow {
  readonly record: Uuid;
  readonly state: PrivacyState;
  readonly seq: number;
}

export async function loadPrivacy(
  sql: Sql,
  node: NodeCode,
  records: readonly Uuid[],
): Promise<Map<Uuid, PrivacyState>> {
  const rows = await sql.query<PrivacyRow>(`select ${columns} from privacy_view where node = $1 and record = any($2)`, [
    node,
    records,
  ]);
  return new Map(rows.map(({ record, state }) => [record, state]));
}

/** Keeps the requests and, in the same transaction, destroys the keys of what was to be erased: here and at every holder. */
export async function savePrivacy(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<PrivacyState>[],
  now: number,
): Promise<void> {
  const rows = changes.map(({ record, state, head }) => ({
    ...{ record, case_record: state.case, kind: state.kind, owner: head.owner, answer_by: state.answerBy, state },
    ...{ is_open: state.answer === null, erases: state.answer?.erases === true, seq: head.seq },
    hash: Buffer.from(head.hash).toString('hex'),
  }));
  await sql.query(
    `insert into privacy_view (node, record, case_record, kind, owner, answer_by, is_open, erases, seq, head_hash,
       changed_at, state)
     select $1, record, case_record, kind, owner, answer_by, is_open, erases, seq, decode(hash, 'hex'), $2, state
       from json_to_recordset($3::json) as u(record uuid, case_record uuid, kind text, owner text, answer_by date,
            is_open boolean, erases boolean, seq int, hash text, state json)
     on conflict on constraint privacy_view_pk do update set owner = excluded.owner, is_open = excluded.is_open,
       erases = excluded.erases, seq = excluded.seq, head_hash = excluded.head_hash,
       changed_at = excluded.changed_at, state = excluded.state`,
    [node, new Date(now).toISOString(), JSON.stringify(rows)],
  );
  for (const { case_record: record, erases } of rows)
    if (erases) await sql.query('select erase_sealed_parts($1, $2)', [node, record]);
}

export async function findPrivacy(sql: Sql, node: NodeCode, record: Uuid): Promise<PrivacyRow | undefined> {
  const [row] = await sql.query<PrivacyRow>(`select ${columns} from privacy_view where node = $1 and record = $2`, [
    ...[node, record],
  ]);
  return row;
}

/** Of one case, oldest first. */
export function listOfCase(sql: Sql, node: NodeCode, caseRecord: Uuid): Promise<PrivacyRow[]> {
  return sql.query<PrivacyRow>(
    `select ${columns} from privacy_view where node = $1 and case_record = $2
      order by (state ->> 'askedAt')::bigint, record limit $3`,
    [node, caseRecord, maxRequestsOfCase],
  );
}

export interface PrivacyPosition {
  readonly answerBy: string;
  readonly record: Uuid;
}

/** Those that wait for an answer, the most urgent first. */
export function listOpen(
  sql: Sql,
  node: NodeCode,
  after: PrivacyPosition | undefined,
  limit: number,
): Promise<PrivacyRow[]> {
  const beyond = after === undefined ? '' : 'and (answer_by, record) > ($3::date, $4::uuid)';
  return sql.query<PrivacyRow>(
    `select ${columns} from privacy_view where node = $1 and is_open ${beyond} order by answer_by, record limit $2`,
    [node, limit, ...(after === undefined ? [] : [after.answerBy, after.record])],
  );
}
