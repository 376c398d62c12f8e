import type { IntakeState } from '@tongban/domain/exchange';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { Instant, NodeCode, Uuid } from '@tongban/kernel';
import { iso } from '../store/scope.js';

interface Row {
  readonly record: Uuid;
  readonly state: IntakeState;
}

export async function loadIntakes(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, IntakeState>> {
  const rows = await sql.query<Row>(
    'select record, state from application_view where node = $1 and record = any($2::uuid[])',
    [node, records],
  );
  return new Map(rows.map(({ record, state }) => [record, state]));
}

export async function saveIntakes(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<IntakeState>[],
  now: Instant,
): Promise<void> {
  const rows = changes.map(({ record, state, head }) => ({
    ...{ record, profile: state.profile, number: state.number, owner: head.owner, is_open: state.outcome === null },
    ...{ seq: head.seq, hash: Buffer.from(head.hash).toString('hex'), filed_at: iso(state.filedAt), state },
  }));
  await sql.query(
    `insert into application_view (node, record, profile, number, owner, is_open, seq, head_hash, filed_at, changed_at, state)
     select $1, record, profile, number, owner, is_open, seq, decode(hash, 'hex'), filed_at, $2, state
       from json_to_recordset($3::json) as u(record uuid, profile text, number text, owner text, is_open boolean,
            seq int, hash text, filed_at timestamptz, state json)
     on conflict on constraint application_view_pk do update set owner = excluded.owner, is_open = excluded.is_open,
       seq = excluded.seq, head_hash = excluded.head_hash, changed_at = excluded.changed_at, state = excluded.state`,
    [node, iso(now), JSON.stringify(rows)],
  );
}

export async function findIntake(sql: Sql, node: NodeCode, record: Uuid): Promise<IntakeState | undefined> {
  return (await loadIntakes(sql, node, [record])).get(record);
}

export interface OpenIntake {
  readonly node: NodeCode;
  readonly record: Uuid;
  readonly filedAt: Instant;
}

/** Applications that these nodes own and have not answered, the oldest first, behind a position. */
export async function listOpenIntakes(
  sql: Sql,
  nodes: readonly NodeCode[],
  after: OpenIntake | undefined,
  limit: number,
): Promise<OpenIntake[]> {
  const beyond = after === undefined ? '' : 'and (filed_at, record) > ($3::timestamptz, $4::uuid)';
  const rows = await sql.query<{ node: NodeCode; record: Uuid; filed_at: Date }>(
    `select node, record, filed_at from application_view
      where node = any($1::text[]) and owner = node and is_open ${beyond} order by filed_at, record limit $2`,
    [nodes, limit, ...(after === undefined ? [] : [iso(after.filedAt), after.record])],
  );
  return rows.map(({ node, record, filed_at }) => ({ node, record, filedAt: filed_at.getTime() }));
}
