import type { Sql } from '@tongban/journal';
import type { Actor, NodeCode, Uuid } from '@tongban/kernel';

/** What a publication did. */
export interface Publication {
  /** Versions that are new, and versions that were held with the same content. */
  readonly published: number;
  readonly unchanged: number;
  /** Records in the command, by kind. */
  readonly items: number;
  readonly departments: number;
  readonly delegations: number;
}

/** One publication at a time per node: each is judged against what the one before has left. */
export async function lockPublisher(sql: Sql, node: NodeCode): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('catalogue ' || $1::text, 0))`, [node]);
}

/** What the command with this key did, in the words of its own kind: the digest says whether it is the same command. */
export async function findPublication<Outcome>(
  sql: Sql,
  node: NodeCode,
  key: Uuid,
): Promise<{ readonly digest: Buffer; readonly outcome: Outcome } | undefined> {
  const [row] = await sql.query<{ digest: Buffer; outcome: Outcome }>(
    'select digest, outcome from catalogue_publication where node = $1 and key = $2',
    [node, key],
  );
  return row;
}

export async function insertPublication(
  sql: Sql,
  node: NodeCode,
  key: Uuid,
  digest: Uint8Array,
  actor: Actor,
  outcome: unknown,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into catalogue_publication
       (node, key, digest, actor_subject, actor_role, actor_division, outcome, published_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      node,
      key,
      Buffer.from(digest),
      actor.subject,
      actor.role,
      actor.division,
      JSON.stringify(outcome),
      new Date(now).toISOString(),
    ],
  );
}
