import type { AnsweredRecord, RecordKind, StatementEntry } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

export interface RowAnswer {
  readonly kind: RecordKind;
  readonly record: Uuid;
  readonly answer: AnsweredRecord;
}

/** Keeps the answers to the rows of a batch; a row that was answered before under its version keeps its first answer. */
export async function insertAnswers(
  sql: Sql,
  { node, profile }: Scope,
  batch: Uuid,
  receivedAt: Instant,
  rows: readonly RowAnswer[],
): Promise<void> {
  const answers = rows.map(({ answer }) => answer);
  await sql.query(
    `insert into exchange_answer (node, profile, batch, received_at, kind, record, business_key, data_version, outcome,
       receipt, late, problems)
     select $1, $2, $3, $4, k, r, b, v, o, c, l, p::json
       from unnest($5::text[], $6::uuid[], $7::text[], $8::int[], $9::text[], $10::text[], $11::boolean[], $12::text[])
         as u(k, r, b, v, o, c, l, p)
     on conflict on constraint exchange_answer_pk do nothing`,
    [
      ...[node, profile, batch, iso(receivedAt)],
      rows.map(({ kind }) => kind),
      rows.map(({ record }) => record),
      answers.map(({ businessKey }) => businessKey),
      answers.map(({ dataVersion }) => dataVersion),
      answers.map(({ outcome }) => outcome),
      answers.map(({ receipt }) => receipt ?? null),
      answers.map(({ late }) => late ?? false),
      answers.map(({ problems }) => JSON.stringify(problems)),
    ],
  );
}

/** Keys of a case's rows that the province has on file. */
export async function knownKeys(sql: Sql, { node, profile }: Scope, record: Uuid): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ business_key: string }>(
    `select distinct business_key from exchange_answer
      where node = $1 and profile = $2 and record = $3 and outcome = 'acknowledged'`,
    [node, profile, record],
  );
  return new Set(rows.map((row) => row.business_key));
}

/** Our side of the statement of a day (YYYY-MM-DD in China), by when the province took each row in. */
export async function answersOfDay(sql: Sql, { node, profile }: Scope, day: string): Promise<StatementEntry[]> {
  return sql.query<StatementEntry>(
    `select kind, business_key as "businessKey", data_version as "dataVersion", outcome from exchange_answer
      where node = $1 and profile = $2
        and received_at >= ($3::date)::timestamp at time zone 'Asia/Shanghai'
        and received_at < ($3::date + 1)::timestamp at time zone 'Asia/Shanghai'`,
    [node, profile, day],
  );
}
