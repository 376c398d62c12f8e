import type { HeldTaskField } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import { iso, type Scope } from './scope.js';

/** A row of an item that was written, by table. */
export interface TaskRowName {
  readonly table: string;
  readonly rowGuid: string;
}

/** What the province has of an item of one division. */
export interface TaskReport {
  /** Division and base code. */
  readonly key: string;
  readonly version: number;
  readonly stage: 'written' | 'held' | 'rejected' | 'failed' | 'withdrawn';
  /** SHA-256 of the rows, in hex; null while nothing could go. */
  readonly digest: string | null;
  readonly batch: Uuid | null;
  readonly rows: readonly TaskRowName[];
  readonly held: readonly HeldTaskField[];
  readonly problems: readonly { readonly code: string; readonly field: string; readonly message: string }[];
}

const columns = 'key, version, stage, digest, batch, rows, held, problems';

export async function readTasks(sql: Sql, { node, profile }: Scope): Promise<Map<string, TaskReport>> {
  const rows = await sql.query<TaskReport>(
    `select ${columns} from exchange_task where node = $1 and profile = $2 order by key`,
    [node, profile],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export async function findTaskOfBatch(
  sql: Sql,
  { node, profile }: Scope,
  batch: Uuid,
): Promise<TaskReport | undefined> {
  const [row] = await sql.query<TaskReport>(
    `select ${columns} from exchange_task where node = $1 and profile = $2 and batch = $3 for update`,
    [node, profile, batch],
  );
  return row;
}

export async function saveTask(sql: Sql, { node, profile }: Scope, task: TaskReport, now: Instant): Promise<void> {
  const { key, version, stage, digest, batch, rows, held, problems } = task;
  await sql.query(
    `insert into exchange_task (node, profile, key, version, stage, digest, batch, rows, held, problems, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict on constraint exchange_task_pk do update set version = excluded.version, stage = excluded.stage,
       digest = excluded.digest, batch = excluded.batch, rows = excluded.rows, held = excluded.held,
       problems = excluded.problems, changed_at = excluded.changed_at`,
    [
      ...[node, profile, key, version, stage, digest, batch],
      ...[JSON.stringify(rows), JSON.stringify(held), JSON.stringify(problems), iso(now)],
    ],
  );
}
