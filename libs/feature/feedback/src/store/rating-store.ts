import { localDate } from '@tongban/domain/calendar';
import type { CaseState } from '@tongban/domain/casework';
import { isBadRating } from '@tongban/domain/feedback';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { iso } from './feedback-store.js';

/** What is written down of a bad rating until its follow-up is open. */
export interface RatingToFollow {
  readonly case: Uuid;
  readonly item: { readonly code: string; readonly name: string };
  readonly department: string;
  readonly complainedOf: readonly string[];
  readonly rating: {
    readonly level: CaseState['ratings'][number]['level'];
    readonly channel: CaseState['ratings'][number]['channel'];
    readonly reasonCodes: readonly string[];
    readonly at: number;
  };
}

/** Those who took steps that a rating is about. */
const stepsRated = ['accepted', 'notAccepted', 'decided', 'certified'] as const;
export const handlersOf = ({ handlers }: Pick<CaseState, 'handlers'>): string[] => [
  ...new Set(stepsRated.flatMap((step) => handlers[step]?.subject ?? [])),
];

type Change = ProjectionChange<CaseState>;

/** In the transaction that writes the case: its rating for the figures, and what the owner has to follow up. */
export async function noteRatings(sql: Sql, node: NodeCode, changes: readonly Change[], now: number): Promise<void> {
  const closed = changes.filter(({ state }) => state.closedAt !== null);
  if (closed.length === 0) return;
  await saveRatedCases(sql, node, closed);
  const bad = closed.filter(({ head }) => head.owner === node).flatMap(toFollow);
  if (bad.length === 0) return;
  await sql.query(
    `insert into feedback_to_open (node, case_record, channel, command, noted_at)
     select $1, c, h, x::json, $5 from unnest($2::uuid[], $3::text[], $4::text[]) as u(c, h, x)
     on conflict on constraint feedback_to_open_pk do nothing`,
    [
      node,
      bad.map((one) => one.case),
      bad.map(({ rating }) => rating.channel),
      bad.map((one) => JSON.stringify(one)),
      iso(now),
    ],
  );
}

const toFollow = ({ record, state }: Change): RatingToFollow[] =>
  state.ratings
    .filter(({ level }) => isBadRating(level))
    .map((rating) => ({
      ...{ case: record, item: { code: state.item.code, name: state.item.name }, department: state.item.department },
      complainedOf: handlersOf(state),
      rating,
    }));

async function saveRatedCases(sql: Sql, node: NodeCode, closed: readonly Change[]): Promise<void> {
  const rows = closed.map(({ record, state, head }) => ({
    ...{ record, owner: head.owner, department: state.item.department, item_code: state.item.code },
    closed_on: localDate(state.closedAt!),
    ...{ level: state.ratings[0]?.level ?? null, channel: state.ratings[0]?.channel ?? null },
    is_bad: state.ratings.some(({ level }) => isBadRating(level)),
  }));
  await sql.query(
    `insert into rated_case (node, record, owner, department, item_code, closed_on, level, channel, is_bad)
     select $1, record, owner, department, item_code, closed_on, level, channel, is_bad
       from json_to_recordset($2::json) as u(record uuid, owner text, department text, item_code text, closed_on date,
            level text, channel text, is_bad boolean)
     on conflict on constraint rated_case_pk do update set owner = excluded.owner, level = excluded.level,
       channel = excluded.channel, is_bad = excluded.is_bad`,
    [node, JSON.stringify(rows)],
  );
}

/** Bad ratings at nodes of this host that have no follow-up yet, oldest first. */
export const listToOpen = (sql: Sql, nodes: readonly NodeCode[], limit: number) =>
  sql.query<{ node: NodeCode; command: RatingToFollow }>(
    `select node, command from feedback_to_open where opened_at is null and node = any($1)
      order by noted_at, case_record, channel limit $2`,
    [nodes, limit],
  );

export async function markOpened(sql: Sql, node: NodeCode, record: Uuid, channel: string, now: number): Promise<void> {
  await sql.query('update feedback_to_open set opened_at = $4 where node = $1 and case_record = $2 and channel = $3', [
    node,
    record,
    channel,
    iso(now),
  ]);
}
