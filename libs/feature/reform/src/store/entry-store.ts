import type { ServiceItem } from '@tongban/domain/catalogue';
import type { ReformPlan, RoundEntry } from '@tongban/domain/reform';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Role, Uuid } from '@tongban/kernel';

export interface NewEntry {
  readonly entry: RoundEntry;
  readonly command?: { readonly key: Uuid; readonly digest: Uint8Array };
  readonly baseline?: readonly ServiceItem[];
}

interface Row {
  readonly round: Uuid;
  readonly seq: number;
  readonly action: RoundEntry['action'];
  readonly plan: ReformPlan | null;
  readonly note: string | null;
  readonly actor_subject: string;
  readonly actor_name: string | null;
  readonly actor_role: Role;
  readonly actor_division: NodeCode;
  readonly at: Date;
}

const columns = 'round, seq, action, plan, note, actor_subject, actor_name, actor_role, actor_division, at';
/** Rounds that a list shows; a centre has a few a year. */
export const mostRoundsListed = 200;

const entryOf = (row: Row): RoundEntry => ({
  seq: row.seq,
  action: row.action,
  at: row.at.getTime(),
  actor: { subject: row.actor_subject, role: row.actor_role, division: row.actor_division },
  ...(row.actor_name === null ? {} : { actorName: row.actor_name }),
  ...(row.plan === null ? {} : { plan: row.plan }),
  ...(row.note === null ? {} : { note: row.note }),
});

/** One command at a time for a round. */
export async function lockRound(sql: Sql, node: NodeCode, round: Uuid): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('reform ' || $1::text || ' ' || $2::text, 0))`, [
    node,
    round,
  ]);
}

/** One command at a time under a key that is not bound to a round yet. */
export async function lockKey(sql: Sql, node: NodeCode, key: Uuid): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('reform key ' || $1::text || ' ' || $2::text, 0))`, [
    node,
    key,
  ]);
}

export async function readEntries(sql: Sql, node: NodeCode, round: Uuid): Promise<RoundEntry[]> {
  const rows = await sql.query<Row>(`select ${columns} from reform_entry where node = $1 and round = $2 order by seq`, [
    node,
    round,
  ]);
  return rows.map(entryOf);
}

/** The rounds of a node with their entries, the newest first, at most {@link mostRoundsListed}. */
export async function readRounds(sql: Sql, node: NodeCode): Promise<Map<Uuid, RoundEntry[]>> {
  const rows = await sql.query<Row>(
    `select ${columns} from reform_entry
      where node = $1 and round in (
        select round from reform_entry where node = $1 and seq = 1 order by at desc, round desc limit $2)
      order by round desc, seq`,
    [node, mostRoundsListed],
  );
  const rounds = new Map<Uuid, RoundEntry[]>();
  for (const row of rows) rounds.set(row.round, [...(rounds.get(row.round) ?? []), entryOf(row)]);
  return rounds;
}

export async function findCommand(
  sql: Sql,
  node: NodeCode,
  key: Uuid,
): Promise<{ readonly round: Uuid; readonly digest: Buffer } | undefined> {
  const [row] = await sql.query<{ round: Uuid; digest: Buffer }>(
    'select round, digest from reform_entry where node = $1 and key = $2',
    [node, key],
  );
  return row;
}

/** What was frozen when the round was last proposed. */
export async function findBaseline(sql: Sql, node: NodeCode, round: Uuid): Promise<ServiceItem[] | undefined> {
  const [row] = await sql.query<{ baseline: ServiceItem[] }>(
    `select baseline from reform_entry
      where node = $1 and round = $2 and baseline is not null order by seq desc limit 1`,
    [node, round],
  );
  return row?.baseline;
}

export async function insertEntry(
  sql: Sql,
  node: NodeCode,
  round: Uuid,
  { entry, command, baseline }: NewEntry,
): Promise<void> {
  await sql.query(
    `insert into reform_entry
       (node, round, seq, action, key, digest, plan, baseline, note, actor_subject, actor_name, actor_role,
        actor_division, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      node,
      round,
      entry.seq,
      entry.action,
      command?.key ?? null,
      command === undefined ? null : Buffer.from(command.digest),
      entry.plan === undefined ? null : JSON.stringify(entry.plan),
      baseline === undefined ? null : JSON.stringify(baseline),
      entry.note ?? null,
      entry.actor.subject,
      entry.actorName ?? null,
      entry.actor.role,
      entry.actor.division,
      new Date(entry.at).toISOString(),
    ],
  );
}
