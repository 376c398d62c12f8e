import type { ExchangeProblem } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

/** One row of ours that the province objects to. */
export interface RowObjection extends ExchangeProblem {
  readonly record: Uuid;
  readonly businessKey: string;
  readonly dataVersion: number;
}

export const objectionKey = ({ dataVersion, businessKey }: Pick<RowObjection, 'dataVersion' | 'businessKey'>): string =>
  `${dataVersion} ${businessKey}`;

/** Of rows with these keys those that are objected to already, as `objectionKey` says. */
export async function keptObjections(
  sql: Sql,
  { node, profile }: Scope,
  businessKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<Pick<RowObjection, 'dataVersion' | 'businessKey'>>(
    `select business_key as "businessKey", data_version as "dataVersion" from exchange_objection
      where node = $1 and profile = $2 and business_key = any($3)`,
    [node, profile, businessKeys],
  );
  return new Set(rows.map(objectionKey));
}

/** Keeps objections to answered rows; gives those that had not been kept before. */
export async function insertObjections(
  sql: Sql,
  { node, profile }: Scope,
  rows: readonly RowObjection[],
  now: Instant,
): Promise<RowObjection[]> {
  const fresh: RowObjection[] = [];
  for (const row of rows) {
    const { businessKey, dataVersion, record, code, field, message } = row;
    const inserted = await sql.query(
      `insert into exchange_objection (node, profile, business_key, data_version, record, code, field, message, found_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict on constraint exchange_objection_pk do nothing returning business_key`,
      [node, profile, businessKey, dataVersion, record, code, field, message, iso(now)],
    );
    if (inserted.length > 0) fresh.push(row);
  }
  return fresh;
}

export async function readObjectionPosition(sql: Sql, { node, profile }: Scope): Promise<string | undefined> {
  const [row] = await sql.query<{ position: string }>(
    'select position from exchange_objection_cursor where node = $1 and profile = $2',
    [node, profile],
  );
  return row?.position;
}

export async function saveObjectionPosition(sql: Sql, { node, profile }: Scope, position: string): Promise<void> {
  await sql.query(
    `insert into exchange_objection_cursor (node, profile, position) values ($1, $2, $3)
     on conflict on constraint exchange_objection_cursor_pk do update set position = excluded.position`,
    [node, profile, position],
  );
}
