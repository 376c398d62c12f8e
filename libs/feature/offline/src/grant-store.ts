import type { Transactor } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Role, Uuid } from '@tongban/kernel';
import { thumbprintOf, type GrantStore, type OfflineGrant } from '@tongban/platform/identity';

/** Grants of one person that serve at a time: a counter, a tablet, a spare. */
export const maxGrantsOfPerson = 3;
export const maxGrantsListed = 200;

const iso = (at: number): string => new Date(at).toISOString();

export async function insertGrant(
  sql: Sql,
  { id, node, person, device, issuedAt, expiresAt }: OfflineGrant,
): Promise<void> {
  await sql.query(
    `insert into offline_grant (id, node, subject, roles, device, issued_at, expires_at)
     values ($1, $2, $3, $4::text[], $5, $6, $7)`,
    [id, node, person.subject, person.roles, thumbprintOf(device), iso(issuedAt), iso(expiresAt)],
  );
}

/** How many of a person's grants still serve; two that are asked for at once wait for each other. */
export async function countServing(sql: Sql, node: NodeCode, subject: string, now: number): Promise<number> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`offline grant ${node} ${subject}`]);
  const [row] = await sql.query<{ serving: number }>(
    `select count(*)::int as serving from offline_grant
      where node = $1 and subject = $2 and revoked_at is null and expires_at > $3`,
    [node, subject, iso(now)],
  );
  return row?.serving ?? 0;
}

export interface GrantRow {
  readonly id: Uuid;
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly device: string;
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Newest first; of one person where a subject is given. */
export function listGrants(sql: Sql, node: NodeCode, subject: string | null): Promise<GrantRow[]> {
  return sql.query<GrantRow>(
    `select id, subject, roles, device, issued_at, expires_at, last_used_at, revoked_at from offline_grant
      where node = $1 and ($2::text is null or subject = $2) order by issued_at desc, id desc limit $3`,
    [node, subject, maxGrantsListed],
  );
}

/** False when the node has no such grant, or none of the subject's; one that is revoked stays as it is. */
export async function revokeGrant(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  subject: string | null,
  by: string,
  now: number,
): Promise<boolean> {
  const rows = await sql.query(
    `update offline_grant set revoked_at = coalesce(revoked_at, $4), revoked_by = coalesce(revoked_by, $5)
      where node = $1 and id = $2 and ($3::text is null or subject = $3) returning id`,
    [node, id, subject, iso(now), by],
  );
  return rows.length > 0;
}

/** What the verifier asks of the database, each in a transaction of its own. */
export const grantStoreOf = (transactor: Transactor): GrantStore => ({
  find: (id) =>
    transactor.run(async (sql) => {
      const [row] = await sql.query<{ revoked: boolean }>(
        'select revoked_at is not null as revoked from offline_grant where id = $1',
        [id],
      );
      return row === undefined ? undefined : { isRevoked: row.revoked };
    }),
  async markUsed(id, now) {
    await transactor.run((sql) =>
      sql.query('update offline_grant set last_used_at = greatest(last_used_at, $2) where id = $1', [id, iso(now)]),
    );
  },
  latest: () =>
    transactor.run(async (sql) => {
      const [row] = await sql.query<{ latest: Date | null }>(
        'select greatest(max(issued_at), max(last_used_at)) as latest from offline_grant',
      );
      return row?.latest?.getTime() ?? 0;
    }),
});
