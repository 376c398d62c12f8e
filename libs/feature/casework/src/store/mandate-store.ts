import type { MandateState } from '@tongban/domain/mandate';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export async function loadMandates(
  sql: Sql,
  node: NodeCode,
  records: readonly Uuid[],
): Promise<Map<Uuid, MandateState>> {
  const rows = await sql.query<{ record: Uuid; state: MandateState }>(
    'select record, state from mandate_view where node = $1 and record = any($2)',
    [node, records],
  );
  return new Map(rows.map((row) => [row.record, row.state]));
}

export async function saveMandates(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<MandateState>[],
  now: number,
): Promise<void> {
  await sql.query(
    `insert into mandate_view (node, record, agent_subject, principal_ref, seq, head_hash, changed_at, state)
     select $1, r, a, p, q, h, $2, x::json
       from unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::bytea[], $8::text[]) as u(r, a, p, q, h, x)
     on conflict on constraint mandate_view_pk do update set seq = excluded.seq, head_hash = excluded.head_hash,
       changed_at = excluded.changed_at, state = excluded.state`,
    [
      node,
      new Date(now).toISOString(),
      changes.map(({ record }) => record),
      changes.map(({ state }) => state.agentSubject),
      changes.map(({ state }) => state.principalRef),
      changes.map(({ head }) => head.seq),
      changes.map(({ head }) => Buffer.from(head.hash)),
      changes.map(({ state }) => JSON.stringify(state)),
    ],
  );
}

export async function findMandate(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
): Promise<{ readonly state: MandateState; readonly seq: number; readonly headHash: string } | undefined> {
  const [row] = await sql.query<{ state: MandateState; seq: number; head_hash: Buffer }>(
    'select state, seq, head_hash from mandate_view where node = $1 and record = $2',
    [node, record],
  );
  return row === undefined ? undefined : { state: row.state, seq: row.seq, headHash: row.head_hash.toString('hex') };
}
