import { composeNumber, numberStem, type NumberParts } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

export async function findNumber(sql: Sql, { node, profile }: Scope, record: Uuid): Promise<string | undefined> {
  const [row] = await sql.query<{ number: string }>(
    'select number from exchange_number where node = $1 and profile = $2 and record = $3',
    [node, profile, record],
  );
  return row?.number;
}

/** Gives a number that the province has given to the case that an application of it becomes; of a refused one it is free. */
export async function claimNumber(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid,
  number: string,
  now: Instant,
): Promise<void> {
  await sql.query(
    `insert into exchange_number (node, profile, record, number, made_at) values ($1, $2, $3, $4, $5)
     on conflict on constraint exchange_number_once do update set record = excluded.record, made_at = excluded.made_at`,
    [node, profile, record, number, iso(now)],
  );
}

/** Keeps the number of a case; the one that was first where two came at once. */
export async function keepNumber(
  sql: Sql,
  { node, profile }: Scope,
  record: Uuid,
  number: string,
  now: Instant,
): Promise<string> {
  const [row] = await sql.query<{ number: string }>(
    // The update changes nothing: it gives back the row of whoever was first.
    `insert into exchange_number as n (node, profile, record, number, made_at) values ($1, $2, $3, $4, $5)
     on conflict on constraint exchange_number_pk do update set made_at = n.made_at returning number`,
    [node, profile, record, number, iso(now)],
  );
  return row!.number;
}

/** The next number of its stem; undefined where the parts make none. A number that is not kept is left out. */
export async function composeNext(sql: Sql, { node, profile }: Scope, parts: NumberParts): Promise<string | undefined> {
  if (!composeNumber(parts, 1).ok) return undefined;
  const [row] = await sql.query<{ last: number }>(
    `insert into exchange_number_sequence as s (node, profile, stem, last) values ($1, $2, $3, 1)
     on conflict on constraint exchange_number_sequence_pk do update set last = s.last + 1 returning last`,
    [node, profile, numberStem(parts)],
  );
  const composed = composeNumber(parts, row!.last);
  return composed.ok ? composed.value : undefined;
}
