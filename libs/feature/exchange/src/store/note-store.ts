import type { ExchangeProblem, ReportAnswer } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, isoOrNull, type Scope } from './scope.js';

/** An outcome that is to become an entry of its case. */
export interface Note {
  readonly record: Uuid;
  readonly dataVersion: number;
  readonly outcome: ReportAnswer['outcome'];
  readonly receipt: string | null;
  readonly problems: readonly ExchangeProblem[];
  readonly state: 'waiting' | 'requested';
  /** Rises when the owner refused for a while: the next request needs a key of its own. */
  readonly attempt: number;
  /** Failures in a row. */
  readonly tries: number;
}

export interface NewNote {
  readonly record: Uuid;
  readonly dataVersion: number;
  readonly answer: ReportAnswer;
}

const noteRow = ({ record, dataVersion, answer }: NewNote) => ({
  ...{ record, version: dataVersion, outcome: answer.outcome },
  ...(answer.outcome === 'rejected'
    ? { receipt: null, problems: answer.problems }
    : { receipt: answer.receipt, problems: [] }),
});

export async function insertNotes(
  sql: Sql,
  { node, profile }: Scope,
  notes: readonly NewNote[],
  now: Instant,
): Promise<void> {
  if (notes.length === 0) return;
  await sql.query(
    `insert into exchange_note (node, profile, record, data_version, outcome, receipt, problems, state, attempt, tries,
       next_at, made_at)
     select $1, $2, record, version, outcome, receipt, problems, 'waiting', 1, 0, $3, $3 from json_to_recordset($4::json)
       as u(record uuid, version int, outcome text, receipt text, problems json)
     on conflict on constraint exchange_note_pk do nothing`,
    [node, profile, iso(now), JSON.stringify(notes.map(noteRow))],
  );
}

/** What the journal of each case says last, or will say. */
export async function newestOutcomes(
  sql: Sql,
  { node, profile }: Scope,
  records: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, ReportAnswer['outcome']>> {
  const rows = await sql.query<{ record: Uuid; outcome: ReportAnswer['outcome'] }>(
    `select distinct on (record) record, outcome from exchange_note where node = $1 and profile = $2 and record = any($3)
      order by record, data_version desc, made_at desc`,
    [node, profile, records],
  );
  return new Map(rows.map(({ record, outcome }) => [record, outcome]));
}

export async function dueNotes(sql: Sql, { node, profile }: Scope, now: Instant, limit: number): Promise<Note[]> {
  return sql.query<Note>(
    `select record, data_version as "dataVersion", outcome, receipt, problems, state, attempt, tries
       from exchange_note where node = $1 and profile = $2 and next_at <= $3
      order by next_at, data_version limit $4`,
    [node, profile, iso(now), limit],
  );
}

export interface NoteProgress {
  readonly state: 'waiting' | 'requested' | 'done' | 'refused';
  readonly attempt: number;
  readonly tries: number;
  readonly nextAt: Instant | null;
  readonly code: string | null;
}

export async function saveNote(
  sql: Sql,
  { node, profile }: Scope,
  { record, dataVersion, outcome }: Note,
  { state, attempt, tries, nextAt, code }: NoteProgress,
): Promise<void> {
  await sql.query(
    `update exchange_note set state = $6, attempt = $7, tries = $8, next_at = $9, code = $10
      where node = $1 and profile = $2 and record = $3 and data_version = $4 and outcome = $5`,
    [node, profile, record, dataVersion, outcome, state, attempt, tries, isoOrNull(nextAt), code],
  );
}
