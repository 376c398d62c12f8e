import type { LocalDate } from '@tongban/domain/calendar';
import { completeState, type CaseState, type CaseStatus } from '@tongban/domain/casework';
import type { ProjectionChange } from '@tongban/federation/nest';
import { bytesArray, instantArray, integerArray, jsonArray, textArray, uuidArray, type Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export async function loadCases(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, CaseState>> {
  const rows = await sql.query<{ record: Uuid; state: CaseState }>(
    'select record, state from case_view where node = $1 and record = any($2)',
    [node, records],
  );
  return new Map(rows.map((row) => [row.record, completeState(row.state)]));
}

const iso = (at: number): string => new Date(at).toISOString();

export async function saveCases(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<CaseState>[],
  now: number,
  dutyAt: (state: CaseState) => number | null,
): Promise<void> {
  const states = changes.map(({ state }) => state);
  await sql.query(
    `insert into case_view (node, record, number, item_code, item_name, status, closing, owner, seq, head_hash,
       promised_due, submitted_at, changed_at, state, marks, duty_at, returned, late)
     select $1, r, n, i, m, s, c, o, q, h, d, t, $2, x, string_to_array(k, ' '), a, b, l
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[],
                   $11::bytea[], $12::date[], $13::timestamptz[], $14::json[], $15::text[], $16::timestamptz[],
                   $17::boolean[], $18::boolean[])
         as u(r, n, i, m, s, c, o, q, h, d, t, x, k, a, b, l)
     on conflict on constraint case_view_pk do update set status = excluded.status, closing = excluded.closing,
       owner = excluded.owner, seq = excluded.seq, head_hash = excluded.head_hash,
       promised_due = excluded.promised_due, changed_at = excluded.changed_at, state = excluded.state,
       marks = excluded.marks, duty_at = excluded.duty_at, returned = excluded.returned,
       late = excluded.late`,
    [
      node,
      iso(now),
      uuidArray(changes.map(({ record }) => record)),
      textArray(states.map((state) => state.number)),
      textArray(states.map((state) => state.item.code)),
      textArray(states.map((state) => state.item.name)),
      textArray(states.map((state) => state.status)),
      textArray(states.map((state) => state.closing)),
      textArray(changes.map(({ head }) => head.owner)),
      integerArray(changes.map(({ head }) => head.seq)),
      bytesArray(changes.map(({ head }) => head.hash)),
      states.map((state) => state.promisedDue?.date ?? null),
      instantArray(states.map((state) => state.submittedAt)),
      jsonArray(states.map((state) => JSON.stringify(state))),
      textArray(states.map(({ marks }) => marks.map(({ mark }) => mark).join(' '))),
      // Only the owner acts, so only the owner has to look.
      instantArray(changes.map(({ state, head }) => (head.owner === node ? dutyAt(state) : null))),
      states.map(({ reports }) => Object.values(reports).some(({ outcome }) => outcome === 'rejected')),
      states.map(({ violations }) => violations.some(({ kind }) => kind === 'promisedOverdue')),
    ],
  );
}

export interface CaseRow {
  readonly record: Uuid;
  readonly state: CaseState;
  readonly seq: number;
  readonly headHash: string;
}

interface Row {
  readonly record: Uuid;
  readonly state: CaseState;
  readonly seq: number;
  readonly head_hash: Buffer;
}

const rowOf = (row: Row): CaseRow => ({
  record: row.record,
  state: completeState(row.state),
  seq: row.seq,
  headHash: row.head_hash.toString('hex'),
});

const columns = 'record, state, seq, head_hash';

export async function findCase(sql: Sql, node: NodeCode, record: Uuid): Promise<CaseRow | undefined> {
  const [row] = await sql.query<Row>(`select ${columns} from case_view where node = $1 and record = $2`, [
    node,
    record,
  ]);
  return row === undefined ? undefined : rowOf(row);
}

/** A case without its state, for those who ask again and again what has changed. */
export interface CaseChange {
  readonly record: Uuid;
  readonly seq: number;
  readonly changedAt: number;
}

export interface ChangedCase extends CaseChange {
  readonly state: CaseState;
}

const changedColumns = 'record, state, seq, changed_at';
type ChangedRow = Pick<Row, 'record' | 'state' | 'seq'> & { readonly changed_at: Date };
const changedOf = ({ record, state, seq, changed_at }: ChangedRow): ChangedCase => ({
  ...{ record, seq },
  state: completeState(state),
  changedAt: changed_at.getTime(),
});

/** In the order in which they changed at this node; a commit may show up late by as long as its transaction took. */
export async function casesChangedAfter(
  sql: Sql,
  node: NodeCode,
  after: { readonly at: number; readonly record: Uuid } | undefined,
  limit: number,
): Promise<CaseChange[]> {
  const beyond = after === undefined ? '' : 'and (changed_at, record) > ($3::timestamptz, $4)';
  const rows = await sql.query<Omit<ChangedRow, 'state'>>(
    `select record, seq, changed_at from case_view where node = $1 ${beyond} order by changed_at, record limit $2`,
    [node, limit, ...(after === undefined ? [] : [iso(after.at), after.record])],
  );
  return rows.map(({ record, seq, changed_at }) => ({ record, seq, changedAt: changed_at.getTime() }));
}

/** Those of the cases that the node holds, in no order. */
export async function findChangedCases(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<ChangedCase[]> {
  const rows = await sql.query<ChangedRow>(
    `select ${changedColumns} from case_view where node = $1 and record = any($2::uuid[])`,
    [node, records],
  );
  return rows.map(changedOf);
}

export async function findChangedCase(sql: Sql, node: NodeCode, record: Uuid): Promise<ChangedCase | undefined> {
  const [found] = await findChangedCases(sql, node, [record]);
  return found;
}

/** Open cases of an item by owner and by the version that they are pinned to, as the node holds them. */
export async function countRunningCases(
  sql: Sql,
  node: NodeCode,
  itemCode: string,
): Promise<{ readonly node: NodeCode; readonly version: number; readonly running: number }[]> {
  return sql.query(
    `select owner as node, (state->'item'->>'version')::int as version, count(*)::int as running
       from case_view where node = $1 and item_code = $2 and status <> 'closed' group by 1, 2 order by 1, 2`,
    [node, itemCode],
  );
}

/** Any holder on this host may answer: the newest copy does. */
export async function findCaseByNumber(
  sql: Sql,
  number: string,
): Promise<(CaseRow & { readonly node: NodeCode }) | undefined> {
  const [row] = await sql.query<Row & { readonly node: NodeCode }>(
    `select node, ${columns} from case_view where number = $1 order by seq desc limit 1`,
    [number],
  );
  return row === undefined ? undefined : { ...rowOf(row), node: row.node };
}

export interface CasePosition {
  readonly at: string;
  readonly record: Uuid;
}

export interface CaseFilter {
  readonly status?: string | undefined;
  readonly mark?: string | undefined;
  /** Sent back by the province, and this node's to mend. */
  readonly returned?: boolean | undefined;
  /** In full. */
  readonly number?: string | undefined;
  /** Held by this node and in one of these statuses. */
  readonly held?: readonly CaseStatus[] | undefined;
  /** Open, with a promised limit on this day or before. */
  readonly dueBy?: LocalDate | undefined;
  readonly item?: string | undefined;
  readonly owner?: NodeCode | undefined;
  /** Submitted on these days or between them. */
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
  /** A promised limit was broken, whether the case is open or closed. */
  readonly late?: boolean | undefined;
}

/** What each part of a filter wants of a row; `place` takes a value and gives its parameter. */
function conditionsOf(filter: CaseFilter, place: (value: unknown) => string): string[] {
  const { status, mark, returned, number, held, dueBy, item, owner, from, to, late } = filter;
  const on = (day: LocalDate, after: number) =>
    `(${place(day)}::date + ${after})::timestamp at time zone 'Asia/Shanghai'`;
  return [
    status === undefined ? '' : `status = ${place(status)}`,
    mark === undefined ? '' : `marks <> '{}' and marks @> array[${place(mark)}::text]`,
    returned === true ? 'returned and owner = node' : '',
    number === undefined ? '' : `number = ${place(number)}`,
    held === undefined ? '' : `owner = node and status = any(${place(textArray(held))})`,
    dueBy === undefined ? '' : `status <> 'closed' and promised_due <= ${place(dueBy)}::date`,
    item === undefined ? '' : `item_code = ${place(item)}`,
    owner === undefined ? '' : `owner = ${place(owner)}`,
    from === undefined ? '' : `submitted_at >= ${on(from, 0)}`,
    to === undefined ? '' : `submitted_at < ${on(to, 1)}`,
    late === true ? 'late' : '',
  ].filter((condition) => condition !== '');
}

/** Newest first; a page costs the same at the end as at the start. */
export async function listCases(
  sql: Sql,
  node: NodeCode,
  filter: CaseFilter,
  after: CasePosition | undefined,
  limit: number,
): Promise<CaseRow[]> {
  const parameters: unknown[] = [node, limit];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = conditionsOf(filter, place);
  if (after !== undefined)
    conditions.push(`(submitted_at, record) < (${place(after.at)}::timestamptz, ${place(after.record)})`);
  // Which cases, and then what they are: what lists are narrowed by stands in the index, the states stand in the rows alone.
  const rows = await sql.query<Row>(
    `with page as materialized (
       select record from case_view where ${['node = $1', ...conditions].join(' and ')}
        order by submitted_at desc, record desc limit $2)
     select ${columns} from page join case_view using (record) where node = $1 order by submitted_at desc, record desc`,
    parameters,
  );
  return rows.map(rowOf);
}

/** What a resident applied for with the own login, newest first. */
export async function listOwnCases(
  sql: Sql,
  node: NodeCode,
  subject: string,
  after: CasePosition | undefined,
  limit: number,
): Promise<CaseRow[]> {
  const beyond = after === undefined ? '' : 'and (submitted_at, record) < ($4::timestamptz, $5)';
  const rows = await sql.query<Row>(
    `select ${columns} from case_view
      where node = $1 and state->'handlers'->'submitted'->>'role' = 'resident'
        and state->'handlers'->'submitted'->>'subject' = $2 ${beyond}
      order by submitted_at desc, record desc limit $3`,
    [node, subject, limit, ...(after === undefined ? [] : [after.at, after.record])],
  );
  return rows.map(rowOf);
}

/** Cases in hand at their owner, whose limits the calendar decides, in the order of their records. */
export async function listRunning(
  sql: Sql,
  node: NodeCode,
  after: Uuid | undefined,
  limit: number,
): Promise<CaseRow[]> {
  const beyond = after === undefined ? '' : 'and record > $3';
  const rows = await sql.query<Row>(
    `select ${columns} from case_view where node = $1 and owner = $1 and status = 'accepted'
        ${beyond} order by record limit $2`,
    [node, limit, ...(after === undefined ? [] : [after])],
  );
  return rows.map(rowOf);
}

/** The next number of a kind at a node on a day, from 1. The row stays locked to the commit: no gaps, no doubles. */
export async function nextDailyNumber(sql: Sql, node: NodeCode, day: string, kind: string): Promise<number> {
  const [row] = await sql.query<{ last: number }>(
    `insert into daily_number (node, day, kind, last) values ($1, $2, $3, 1)
     on conflict on constraint daily_number_pk do update set last = daily_number.last + 1 returning last`,
    [node, day, kind],
  );
  return row!.last;
}
