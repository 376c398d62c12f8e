import { isWatched, parseJointNumber, type JointState } from '@tongban/domain/joint';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

const iso = (at: number): string => new Date(at).toISOString();

export async function loadJoints(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, JointState>> {
  const rows = await sql.query<{ record: Uuid; state: JointState }>(
    'select record, state from joint_view where node = $1 and record = any($2)',
    [node, records],
  );
  return new Map(rows.map((row) => [row.record, row.state]));
}

export async function saveJoints(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<JointState>[],
  now: number,
): Promise<void> {
  for (const { record, state, head } of changes) {
    await sql.query(
      `insert into joint_view (node, record, number, template, status, closing, owner, watched, seq, head_hash,
         opened_at, changed_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict on constraint joint_view_pk do update set status = excluded.status, closing = excluded.closing,
         owner = excluded.owner, watched = excluded.watched, seq = excluded.seq, head_hash = excluded.head_hash,
         changed_at = excluded.changed_at, state = excluded.state`,
      [
        ...[node, record, state.number, state.template.code, state.status, state.closing, head.owner],
        ...[isWatched(state), head.seq, Buffer.from(head.hash), iso(state.openedAt), iso(now), JSON.stringify(state)],
      ],
    );
  }
}

export interface JointRow {
  readonly record: Uuid;
  readonly state: JointState;
  readonly seq: number;
  readonly headHash: string;
}
interface Row {
  readonly record: Uuid;
  readonly state: JointState;
  readonly seq: number;
  readonly head_hash: Buffer;
}
const rowOf = ({ head_hash, ...row }: Row): JointRow => ({ ...row, headHash: head_hash.toString('hex') });
const columns = 'record, state, seq, head_hash';

export async function findJoint(sql: Sql, node: NodeCode, record: Uuid): Promise<JointRow | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from joint_view where node = $1 and record = $2`, [
    node,
    record,
  ]);
  return row === undefined ? undefined : rowOf(row);
}

export interface JointPosition {
  readonly at: string;
  readonly record: Uuid;
}

/** Newest first; a page costs the same at the end as at the start. */
export async function listJoints(
  sql: Sql,
  node: NodeCode,
  status: string | undefined,
  after: JointPosition | undefined,
  limit: number,
): Promise<JointRow[]> {
  const parameters: unknown[] = [node, limit];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const byStatus = status === undefined ? '' : `and status = ${place(status)}`;
  const beyond =
    after === undefined ? '' : `and (opened_at, record) < (${place(after.at)}::timestamptz, ${place(after.record)})`;
  const rows = await sql.query<Row>(
    `select ${columns} from joint_view where node = $1 ${byStatus} ${beyond}
      order by opened_at desc, record desc limit $2`,
    parameters,
  );
  return rows.map(rowOf);
}

export interface WatchedJoint {
  readonly node: NodeCode;
  readonly record: Uuid;
}

/** The joint cases that the nodes of this host lead and have to look at, page by page. */
export async function listWatched(
  sql: Sql,
  nodes: readonly NodeCode[],
  after: WatchedJoint | undefined,
  limit: number,
): Promise<WatchedJoint[]> {
  const beyond = after === undefined ? '' : 'and (node, record) > ($3, $4::uuid)';
  return sql.query<WatchedJoint>(
    `select node, record from joint_view where watched and node = owner and node = any($1) ${beyond}
      order by node, record limit $2`,
    [nodes, limit, ...(after === undefined ? [] : [after.node, after.record])],
  );
}

/** The next number of a kind at a node on a day, from 1. The row stays locked to the commit: no gaps, no doubles. */
export async function nextJointNumber(sql: Sql, node: NodeCode, day: string, kind: string): Promise<number> {
  const [row] = await sql.query<{ last: number }>(
    `insert into joint_number (node, day, kind, last) values ($1, $2, $3, 1)
     on conflict on constraint joint_number_pk do update set last = joint_number.last + 1 returning last`,
    [node, day, kind],
  );
  return row!.last;
}

/** After a restore a counter may stand below numbers that came back with their records: it is raised, never lowered. */
export async function raiseJointNumbers(sql: Sql, node: NodeCode, states: readonly JointState[]): Promise<void> {
  const texts = states.flatMap(({ number, inspections, conclusion }) => [
    number,
    conclusion?.documentNumber ?? '',
    ...inspections.flatMap(({ noticeNumber, documentNumber }) => [noticeNumber, documentNumber ?? '']),
  ]);
  const seen = texts.flatMap((text) => parseJointNumber(text) ?? []).filter(({ division }) => division === node);
  // One order for all writers, so that they do not wait for each other in a circle.
  const sorted = seen.sort((a, b) => (`${a.date}${a.kind}` < `${b.date}${b.kind}` ? -1 : 1));
  for (const { date, kind, sequence } of sorted) {
    await sql.query(
      `insert into joint_number (node, day, kind, last) values ($1, $2, $3, $4)
       on conflict on constraint joint_number_pk do update set last = greatest(joint_number.last, excluded.last)`,
      [node, date, kind, sequence],
    );
  }
}
