import { localDate } from '@tongban/domain/calendar';
import type { FeedbackKind, FeedbackState, FeedbackStatus } from '@tongban/domain/feedback';
import { numberPrefixes } from '@tongban/domain/feedback';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export const iso = (at: number): string => new Date(at).toISOString();
const dayOf = (at: number | null): string | null => (at === null ? null : localDate(at));

export async function loadFeedback(
  sql: Sql,
  node: NodeCode,
  records: readonly Uuid[],
): Promise<Map<Uuid, FeedbackState>> {
  const rows = await sql.query<{ record: Uuid; state: FeedbackState }>(
    'select record, state from feedback_view where node = $1 and record = any($2)',
    [node, records],
  );
  return new Map(rows.map(({ record, state }) => [record, state]));
}

export async function saveFeedback(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<FeedbackState>[],
  now: number,
): Promise<void> {
  const rows = changes.map(({ record, state, head }) => ({
    ...{ record, number: state.number, kind: state.kind, status: state.status, closing: state.closing },
    ...{ owner: head.owner, department: state.department, item_code: state.item?.code ?? null },
    ...{ case_record: state.case, due: state.due.date, provisional: state.due.provisional, overdue: state.overdue },
    ...{ begun_on: dayOf(state.begunAt), accepted_on: dayOf(state.acceptedAt), answered_on: dayOf(state.answeredAt) },
    ...{ seq: head.seq, hash: Buffer.from(head.hash).toString('hex'), begun_at: iso(state.begunAt), state },
  }));
  await sql.query(
    `insert into feedback_view (node, record, number, kind, status, closing, owner, department, item_code, case_record,
       due, provisional, overdue, begun_on, accepted_on, answered_on, seq, head_hash, begun_at, changed_at, state)
     select $1, record, number, kind, status, closing, owner, department, item_code, case_record, due, provisional,
            overdue, begun_on, accepted_on, answered_on, seq, decode(hash, 'hex'), begun_at, $2, state
       from json_to_recordset($3::json) as u(record uuid, number text, kind text, status text, closing text, owner text,
            department text, item_code text, case_record uuid, due date, provisional boolean, overdue text[],
            begun_on date, accepted_on date, answered_on date, seq int, hash text, begun_at timestamptz, state json)
     on conflict on constraint feedback_view_pk do update set status = excluded.status, closing = excluded.closing,
       owner = excluded.owner, department = excluded.department, due = excluded.due,
       provisional = excluded.provisional, overdue = excluded.overdue, accepted_on = excluded.accepted_on,
       answered_on = excluded.answered_on, seq = excluded.seq, head_hash = excluded.head_hash,
       changed_at = excluded.changed_at, state = excluded.state`,
    [node, iso(now), JSON.stringify(rows)],
  );
}

export interface FeedbackRow {
  readonly node: NodeCode;
  readonly record: Uuid;
  readonly state: FeedbackState;
  readonly seq: number;
}
const columns = 'node, record, state, seq';

export async function findFeedback(sql: Sql, node: NodeCode, record: Uuid): Promise<FeedbackRow | undefined> {
  const [row] = await sql.query<FeedbackRow>(`select ${columns} from feedback_view where node = $1 and record = $2`, [
    ...[node, record],
  ]);
  return row;
}

/** Any holder on this host: where it was filed first, as its sealed parts open there, then the newest copy. */
export async function findByNumber(sql: Sql, number: string): Promise<FeedbackRow | undefined> {
  const [row] = await sql.query<FeedbackRow>(
    `select ${columns} from feedback_view where number = $1
      order by (state ->> 'filedAt' = node) desc, seq desc limit 1`,
    [number],
  );
  return row;
}

/** The newest follow-up of a case, at its owner where that is on this host. */
export async function findFollowUp(sql: Sql, caseRecord: Uuid): Promise<FeedbackRow | undefined> {
  const [row] = await sql.query<FeedbackRow>(
    `select ${columns} from feedback_view where case_record = $1 and kind = 'ratingFollowUp'
      order by begun_at desc, (owner = node) desc limit 1`,
    [caseRecord],
  );
  return row;
}

export interface FeedbackFilter {
  readonly kind?: FeedbackKind | undefined;
  readonly status?: FeedbackStatus | undefined;
  readonly department?: string | undefined;
  readonly caseRecord?: Uuid | undefined;
  readonly overdue?: boolean | undefined;
}
export interface Position {
  readonly at: string;
  readonly record: Uuid;
}

/** Newest first; `today` decides with the marks what is overdue. */
export const listFeedback = (
  sql: Sql,
  node: NodeCode,
  { kind, status, department, caseRecord, overdue }: FeedbackFilter,
  today: string,
  after: Position | undefined,
  limit: number,
): Promise<FeedbackRow[]> =>
  sql.query<FeedbackRow>(
    `select ${columns} from feedback_view
      where node = $1 and ($3::text is null or kind = $3) and ($4::text is null or status = $4)
        and ($5::text is null or department = $5) and ($6::uuid is null or case_record = $6)
        and ($7::boolean is null or $7 = (cardinality(overdue) > 0
              or (status not in ('answered', 'reviewed', 'closed') and not provisional and due < $8::date)))
        and ($9::timestamptz is null or (begun_at, record) < ($9, $10::uuid))
      order by begun_at desc, record desc limit $2`,
    [
      ...[node, limit, kind ?? null, status ?? null, department ?? null, caseRecord ?? null, overdue ?? null, today],
      ...[after?.at ?? null, after?.record ?? null],
    ],
  );

/** At their owners on this host: past a certain limit and not marked yet. */
export const listUnmarked = (sql: Sql, nodes: readonly NodeCode[], today: string, limit: number) =>
  sql.query<{ node: NodeCode; record: Uuid; seq: number }>(
    `select node, record, seq from feedback_view
      where node = any($1) and owner = node and due < $2::date and not provisional
        and status not in ('answered', 'reviewed', 'closed') and (state -> 'pendingOffer' ->> 'to') is null
        and not (overdue @> array[case when status = 'filed' then 'acceptance' else 'handling' end])
      order by due, node, record limit $3`,
    [nodes, today, limit],
  );

/** Questions with their answers, newest first; `words` must all be in them. */
export const listPublished = (sql: Sql, node: NodeCode, words: readonly string[], limit: number) =>
  sql.query<{ number: string; item: string | null; question: string; answer: string; on: string }>(
    `select number, state -> 'item' ->> 'name' as item, state -> 'published' ->> 'question' as question,
            state -> 'published' ->> 'answer' as answer, answered_on::text as on
       from feedback_view
      where node = $1 and (state -> 'published' ->> 'question') is not null
        and not exists (select 1 from unnest($2::text[]) word where strpos(
              lower((state -> 'published' ->> 'question') || ' ' || (state -> 'published' ->> 'answer')), lower(word)) = 0)
      order by begun_at desc limit $3`,
    [node, words, limit],
  );

/**
 * The next of a kind at a node on a day, from 1. Numbers that a restored database has got back from its neighbours
 * count too, although its own series has forgotten them.
 */
export async function nextNumber(sql: Sql, node: NodeCode, day: string, kind: FeedbackKind): Promise<number> {
  const stem = `${numberPrefixes[kind]}${node}${day.replaceAll('-', '')}`;
  const [row] = await sql.query<{ last: number }>(
    `insert into feedback_series (node, day, kind, last)
     select $1, $2::date, $3, coalesce(max(substr(number, 23, 5)::int), 0) + 1
       from feedback_view where node = $1 and kind = $3 and number like $4 || '%'
     on conflict on constraint feedback_series_pk
       do update set last = greatest(feedback_series.last + 1, excluded.last) returning last`,
    [node, day, kind, stem],
  );
  return row!.last;
}

export async function insertReading(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  by: { readonly subject: string; readonly role: string; readonly purpose: string },
  now: number,
): Promise<void> {
  await sql.query(
    'insert into feedback_read (node, record, subject, role, purpose, read_at) values ($1, $2, $3, $4, $5, $6)',
    [node, record, by.subject, by.role, by.purpose, iso(now)],
  );
}
