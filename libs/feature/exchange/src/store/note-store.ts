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

export async function insertNote(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid,
  dataVersion: number,
  answer: ReportAnswer,
  now: Instant,
): Promise<void> {
  const [receipt, problems] = answer.outcome === 'rejected' ? [null, answer.problems] : [answer.receipt, []];
  await sql.query(
    `insert into exchange_note (node, profile, record, data_version, outcome, receipt, problems, state, attempt, tries,
       next_at, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'waiting', 1, 0, $8, $8)
     on conflict on constraint exchange_note_pk do nothing`,
    [node, profile, record, dataVersion, answer.outcome, receipt, JSON.stringify(problems), iso(now)],
  );
}

/** What the journal of the case says last, or will say. */
export async function newestOutcome(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid,
): Promise<ReportAnswer['outcome'] | undefined> {
  const [row] = await sql.query<{ outcome: ReportAnswer['outcome'] }>(
    `select outcome from exchange_note where node = $1 and profile = $2 and record = $3
      order by data_version desc, made_at desc limit 1`,
    [node, profile, record],
  );
  return row?.outcome;
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
