import {
  draftTransitions,
  evolveDraft,
  serviceItemSchema,
  type DraftAction,
  type DraftEntry,
  type DraftStatus,
  type ItemDraft,
} from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import type { Actor, Instant, NodeCode, Uuid } from '@tongban/kernel';

interface Row {
  readonly seq: number;
  readonly action: DraftAction;
  readonly actor_subject: string;
  readonly actor_name: string | null;
  readonly at: Date;
  readonly note: string | null;
  readonly document: unknown;
}

const entryOf = ({ seq, action, actor_subject: by, actor_name: byName, at, note, document }: Row): DraftEntry => ({
  seq,
  action,
  by,
  ...(byName === null ? {} : { byName }),
  at: at.getTime(),
  ...(note === null ? {} : { note }),
  ...(document === null ? {} : { document: serviceItemSchema.parse(document) }),
});

/** The draft as its entries make it; undefined when the node has none of that name. */
export async function findDraft(sql: Sql, node: NodeCode, draft: Uuid): Promise<ItemDraft | undefined> {
  const rows = await sql.query<Row>(
    `select seq, action, actor_subject, actor_name, at, note, document from catalogue_draft_entry
      where node = $1 and draft = $2 order by seq`,
    [node, draft],
  );
  let state: ItemDraft | undefined;
  for (const row of rows) state = evolveDraft(draft, state, entryOf(row));
  return state;
}

/** The draft that a command with this key has touched, to answer it again. */
export async function findDraftCommand(
  sql: Sql,
  node: NodeCode,
  key: Uuid,
): Promise<{ readonly draft: Uuid; readonly digest: Buffer } | undefined> {
  const [row] = await sql.query<{ draft: Uuid; digest: Buffer }>(
    'select draft, digest from catalogue_draft_entry where node = $1 and key = $2',
    [node, key],
  );
  return row;
}

export interface NewDraftEntry {
  readonly node: NodeCode;
  readonly draft: Uuid;
  readonly entry: Omit<DraftEntry, 'at' | 'by' | 'byName'>;
  readonly status: DraftStatus;
  readonly code: string;
  readonly actor: Actor;
  readonly actorName?: string | undefined;
  readonly now: Instant;
  /** Absent for what follows from another command. */
  readonly command?: { readonly key: Uuid; readonly digest: Buffer };
}

export async function insertDraftEntry(sql: Sql, added: NewDraftEntry): Promise<void> {
  const { node, draft, entry, status, code, actor, actorName, now, command } = added;
  await sql.query(
    `insert into catalogue_draft_entry (node, draft, seq, action, status, code, document, note,
       actor_subject, actor_name, actor_role, actor_division, key, digest, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      node,
      draft,
      entry.seq,
      entry.action,
      status,
      code,
      entry.document === undefined ? null : JSON.stringify(entry.document),
      entry.note ?? null,
      actor.subject,
      actorName ?? null,
      actor.role,
      actor.division,
      command?.key ?? null,
      command?.digest ?? null,
      new Date(now).toISOString(),
    ],
  );
}

export interface DraftSummary {
  readonly draft: Uuid;
  readonly seq: number;
  readonly status: DraftStatus;
  readonly code: string;
  readonly name: string;
  readonly at: Instant;
}

interface SummaryRow extends Omit<DraftSummary, 'at'> {
  readonly at: Date;
}

/** Drafts by name, those after `cursor`. */
export async function listDrafts(
  sql: Sql,
  node: NodeCode,
  { status, cursor, limit }: { status?: DraftStatus | undefined; cursor?: Uuid | undefined; limit: number },
): Promise<DraftSummary[]> {
  const rows = await sql.query<SummaryRow>(
    `select d.draft, d.seq, d.status, d.code, d.at,
            (select e.document->>'name' from catalogue_draft_entry e
              where e.node = $1 and e.draft = d.draft and e.document is not null order by e.seq desc limit 1) as name
       from (select distinct on (draft) draft, seq, status, code, at from catalogue_draft_entry
              where node = $1 and ($2::uuid is null or draft > $2) order by draft, seq desc) d
      where $3::text is null or d.status = $3 order by d.draft limit $4`,
    [node, cursor ?? null, status ?? null, limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

/** The published versions of an item go with it. */
export async function withdrawPublishedDrafts(
  sql: Sql,
  node: NodeCode,
  code: string,
  { reason, ...by }: Pick<NewDraftEntry, 'actor' | 'actorName' | 'now'> & { readonly reason: string },
): Promise<void> {
  const rows = await sql.query<{ draft: Uuid; seq: number; status: DraftStatus }>(
    `select draft, seq, status from (select distinct on (draft) draft, seq, status from catalogue_draft_entry
       where node = $1 and code = $2 order by draft, seq desc) d where status = 'published'`,
    [node, code],
  );
  for (const { draft, seq, status } of rows) {
    const next = draftTransitions.withdraw[status];
    if (next === undefined) throw new Error(`draft ${draft} cannot be withdrawn from ${status}`);
    const entry = { seq: seq + 1, action: 'withdraw', note: reason } as const;
    await insertDraftEntry(sql, { node, draft, entry, status: next, code, ...by });
  }
}
