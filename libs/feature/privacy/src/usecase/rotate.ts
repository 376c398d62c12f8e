import type { Sealer, Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { PrivacyTools } from '../ports.js';

/** Logs whose reasons are sealed, with the type of their ids, in the order in which a rotation goes through them. */
export const sealedLogs = [
  { table: 'dossier_read', idType: 'bigint' },
  { table: 'feedback_read', idType: 'bigint' },
  { table: 'case_archive', idType: 'uuid' },
] as const;
const rowsPerStep = 200;
/** Longer than any transaction that may still seal under the key before: then nothing can need it. */
const retireAfterMinutes = 60;

/** Where a rotation goes on: a log, and the last of its rows that was seen. */
export interface RotationPosition {
  readonly log: number;
  readonly after: string | null;
}

export interface RotationStep {
  /** Number of the data key in use. */
  readonly key: number;
  readonly resealed: number;
  readonly next: RotationPosition | null;
}

interface LogRow {
  readonly id: string;
  readonly record: Uuid;
  readonly purpose: string;
}

/**
 * One bounded step of a rotation: the first makes another data key, each seals what it finds again under the newest, and
 * beyond the last row the keys before it are destroyed, once they are old enough. The same command carries on where it was
 * cut off; a step that comes twice finds its rows done.
 */
export function rotateDataKeys(
  { transactor, sealer }: Pick<PrivacyTools, 'transactor' | 'sealer'>,
  node: NodeCode,
  command: Uuid,
  { log, after }: RotationPosition = { log: 0, after: null },
): Promise<RotationStep> {
  return transactor.run(async (sql) => {
    const key = await sealer.texts.rotate(sql, node, command);
    const at = sealedLogs[log];
    if (at === undefined) {
      await destroyBefore(sql, node, key);
      return { key, resealed: 0, next: null };
    }
    const rows = await sql.query<LogRow>(
      `select log.id::text, log.record, log.purpose from ${at.table} log
        where log.node = $1 and ($2::${at.idType} is null or log.id > $2::${at.idType}) order by log.id limit $3`,
      [node, after, rowsPerStep],
    );
    let resealed = 0;
    for (const row of rows) if (await reseal(sealer, sql, { node, key, table: at.table }, row)) resealed++;
    const last = rows.length < rowsPerStep ? undefined : rows.at(-1);
    return { key, resealed, next: last === undefined ? { log: log + 1, after: null } : { log, after: last.id } };
  });
}

async function reseal(
  { texts }: Pick<Sealer, 'texts'>,
  sql: Sql,
  { node, key, table }: { readonly node: NodeCode; readonly key: number; readonly table: string },
  { id, record, purpose }: LogRow,
): Promise<boolean> {
  if (texts.isUnder(key, purpose)) return false;
  const context = `${table} ${record}`;
  const again = await texts.seal(sql, node, context, await texts.open(sql, node, context, purpose));
  const [done] = await sql.query<{ changed: boolean }>('select reseal_purpose($1, $2, $3, $4, $5) as changed', [
    ...[table, node, id, purpose, again],
  ]);
  return done!.changed;
}

const destroyBefore = (sql: Sql, node: NodeCode, key: number): Promise<unknown> =>
  sql.query(
    `delete from data_key old using data_key newest
      where old.node = $1 and old.id < $2 and newest.node = $1 and newest.id = $2
        and newest.made_at < now() - make_interval(mins => $3)`,
    [node, key, retireAfterMinutes],
  );
