import type { HallDefinition } from '@tongban/domain/hall';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

export interface PublishedHall {
  readonly hall: string;
  readonly version: number;
  readonly definition: HallDefinition;
}

/** Versions from before halls had notices have none. */
const published = (row: PublishedHall): PublishedHall => ({
  ...row,
  definition: { ...row.definition, notices: (row.definition as Partial<HallDefinition>).notices ?? [] },
});

export const iso = (at: number): string => new Date(at).toISOString();

export async function findHall(sql: Sql, node: NodeCode, hall: string): Promise<PublishedHall | undefined> {
  const [row] = await sql.query<PublishedHall>(
    'select hall, version, definition from hall_version where node = $1 and hall = $2 order by version desc limit 1',
    [node, hall],
  );
  return row === undefined ? undefined : published(row);
}

export async function listHalls(sql: Sql, node: NodeCode): Promise<PublishedHall[]> {
  const rows = await sql.query<PublishedHall>(
    'select distinct on (hall) hall, version, definition from hall_version where node = $1 order by hall, version desc',
    [node],
  );
  return rows.map(published);
}

export async function insertHall(
  sql: Sql,
  node: NodeCode,
  { hall, version, definition }: PublishedHall,
  by: string,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into hall_version (node, hall, version, definition, published_by, published_at)
     values ($1, $2, $3, $4::json, $5, $6)`,
    [node, hall, version, JSON.stringify(definition), by, iso(now)],
  );
}

export interface WindowRow {
  readonly number: string;
  readonly clerk: string | null;
  /** Calls of the day asked for. */
  readonly calls: number;
}

/** The row is there from the first opening on; locked until commit. */
export async function lockWindow(
  sql: Sql,
  node: NodeCode,
  hall: string,
  number: string,
  day: string,
): Promise<WindowRow> {
  await sql.query(
    `insert into hall_window (node, hall, number, calls_day) values ($1, $2, $3, $4)
     on conflict on constraint hall_window_pk do nothing`,
    [node, hall, number, day],
  );
  const [row] = await sql.query<WindowRow>(
    `select number, clerk, case when calls_day = $4::date then calls else 0 end as calls
       from hall_window where node = $1 and hall = $2 and number = $3 for update`,
    [node, hall, number, day],
  );
  return row!;
}

export const readWindows = (sql: Sql, node: NodeCode, hall: string, day: string): Promise<WindowRow[]> =>
  sql.query<WindowRow>(
    `select number, clerk, case when calls_day = $3::date then calls else 0 end as calls
       from hall_window where node = $1 and hall = $2`,
    [node, hall, day],
  );

export async function setClerk(
  sql: Sql,
  node: NodeCode,
  hall: string,
  number: string,
  clerk: string | null,
  now: number,
): Promise<void> {
  await sql.query('update hall_window set clerk = $4, opened_at = $5 where node = $1 and hall = $2 and number = $3', [
    ...[node, hall, number, clerk],
    clerk === null ? null : iso(now),
  ]);
}

/** The window at which somebody sits. */
export async function findWindowOf(
  sql: Sql,
  node: NodeCode,
  clerk: string,
): Promise<{ readonly hall: string; readonly number: string } | undefined> {
  const [row] = await sql.query<{ hall: string; number: string }>(
    'select hall, number from hall_window where node = $1 and clerk = $2',
    [node, clerk],
  );
  return row;
}

export async function countCall(sql: Sql, node: NodeCode, hall: string, number: string, day: string): Promise<void> {
  await sql.query(
    `update hall_window set calls = case when calls_day = $4::date then calls + 1 else 1 end, calls_day = $4
      where node = $1 and hall = $2 and number = $3`,
    [node, hall, number, day],
  );
}

/** The next of a series, from 1; the row stays locked to the commit, so there are no gaps and no doubles. */
export async function nextInSeries(sql: Sql, node: NodeCode, hall: string, kind: string, day: string): Promise<number> {
  const [row] = await sql.query<{ last: number }>(
    `insert into hall_series (node, hall, kind, day, last) values ($1, $2, $3, $4, 1)
     on conflict on constraint hall_series_pk do update set last = hall_series.last + 1 returning last`,
    [node, hall, kind, day],
  );
  return row!.last;
}
