import {
  statementLine,
  type AnsweredRecord,
  type ExchangeProfile,
  type RecordKind,
  type StatementEntry,
} from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

export interface RowAnswer {
  readonly kind: RecordKind;
  readonly record: Uuid;
  readonly answer: AnsweredRecord;
  readonly amountFen: number;
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
       receipt, late, problems, amount_fen)
     select $1, $2, $3, $4, k, r, b, v, o, c, l, p::json, a
       from unnest($5::text[], $6::uuid[], $7::text[], $8::int[], $9::text[], $10::text[], $11::boolean[], $12::text[],
         $13::bigint[]) as u(k, r, b, v, o, c, l, p, a)
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
      rows.map(({ amountFen }) => amountFen),
    ],
  );
}

/** Keys of the rows that the province has on file, by case. */
export async function knownKeys(
  sql: Sql,
  { node, profile }: Scope,
  records: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, ReadonlySet<string>>> {
  const rows = await sql.query<{ record: Uuid; keys: string[] }>(
    `select record, array_agg(distinct business_key) as keys from exchange_answer
      where node = $1 and profile = $2 and record = any($3) and outcome = 'acknowledged' group by record`,
    [node, profile, records],
  );
  return new Map(rows.map(({ record, keys }) => [record, new Set(keys)]));
}

interface AnswerOfDay {
  readonly kind: RecordKind;
  readonly record: Uuid;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly batch: Uuid;
  readonly outcome: 'acknowledged' | 'rejected';
  readonly amountFen: number;
}

/**
 * Our side of the statement of a day (YYYY-MM-DD in China), by when the province took each row in. A row that was objected
 * to afterwards counts as rejected. Where a re-report replaces the row, only the newest answered version is there.
 */
export async function answersOfDay(
  sql: Sql,
  { node, profile: name }: Scope,
  profile: ExchangeProfile,
  day: string,
): Promise<StatementEntry[]> {
  const replaced = profile.front !== undefined && profile.front.version === undefined;
  const rows = await sql.query<AnswerOfDay>(
    `select a.kind, a.record, a.business_key as "businessKey", a.data_version as "dataVersion", a.batch,
       a.amount_fen::float8 as "amountFen", case when o.code is null then a.outcome else 'rejected' end as outcome
       from exchange_answer a
       left join exchange_objection o on o.node = a.node and o.profile = a.profile
         and o.business_key = a.business_key and o.data_version = a.data_version
      where a.node = $1 and a.profile = $2
        and a.received_at >= ($3::date)::timestamp at time zone 'Asia/Shanghai'
        and a.received_at < ($3::date + 1)::timestamp at time zone 'Asia/Shanghai'
        and not ($4 and exists (select from exchange_answer n where n.node = a.node and n.profile = a.profile
          and n.business_key = a.business_key and n.data_version > a.data_version))`,
    [node, name, day, replaced],
  );
  return rows.map((row) => ({
    ...{ kind: row.kind, outcome: row.outcome, amountFen: row.amountFen },
    line: statementLine(profile, row),
  }));
}

/** One of our rows as the province answered it, with the case that it is of. */
export interface AnswerOfCase {
  readonly record: Uuid;
  readonly number: string;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly outcome: 'acknowledged' | 'rejected';
  readonly receipt: string | null;
  readonly late: boolean;
  readonly receivedAt: Instant;
}

export interface AnswersWanted {
  readonly day: string;
  readonly kind: RecordKind;
  /** Leading digits of the intakes that are asked about. */
  readonly prefix: string;
  readonly after: { readonly key: string; readonly version: number } | undefined;
  readonly limit: number;
}

/** The rows of one kind behind our side of a day's statement, page by page in the order of their keys. */
export async function listAnswers(
  sql: Sql,
  { node, profile: name }: Scope,
  { front }: ExchangeProfile,
  { day, kind, prefix, after, limit }: AnswersWanted,
): Promise<AnswerOfCase[]> {
  const replaced = front !== undefined && front.version === undefined;
  const rows = await sql.query<Omit<AnswerOfCase, 'receivedAt'> & { readonly receivedAt: Date }>(
    `select a.record, r.number, a.business_key as "businessKey", a.data_version as "dataVersion", a.receipt, a.late,
       a.received_at as "receivedAt", case when o.code is null then a.outcome else 'rejected' end as outcome
       from exchange_answer a
       join exchange_report r on r.node = a.node and r.profile = a.profile and r.record = a.record
       left join exchange_objection o on o.node = a.node and o.profile = a.profile
         and o.business_key = a.business_key and o.data_version = a.data_version
      where a.node = $1 and a.profile = $2 and a.kind = $3 and starts_with(r.intake, $4)
        and a.received_at >= ($5::date)::timestamp at time zone 'Asia/Shanghai'
        and a.received_at < ($5::date + 1)::timestamp at time zone 'Asia/Shanghai'
        and (a.business_key, a.data_version) > ($6, $7)
        and not ($8 and exists (select from exchange_answer n where n.node = a.node and n.profile = a.profile
          and n.business_key = a.business_key and n.data_version > a.data_version))
      order by a.business_key, a.data_version limit $9`,
    [node, name, kind, prefix, day, after?.key ?? '', after?.version ?? 0, replaced, limit],
  );
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.getTime() }));
}
