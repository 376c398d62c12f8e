import {
  cataloguePartSchema,
  evolveProposal,
  type Proposal,
  type ProposalAction,
  type ProposalEntry,
  type ProposalStatus,
} from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import type { Actor, Instant, NodeCode, Uuid } from '@tongban/kernel';
import type { CataloguePart } from '../usecase/decide-publication.js';

interface Row {
  readonly seq: number;
  readonly action: ProposalAction;
  readonly actor_subject: string;
  readonly actor_name: string | null;
  readonly at: Date;
  readonly note: string | null;
}

const entryOf = ({ seq, action, actor_subject: by, actor_name: byName, at, note }: Row): ProposalEntry => ({
  seq,
  action,
  by,
  ...(byName === null ? {} : { byName }),
  at: at.getTime(),
  ...(note === null ? {} : { note }),
});

/** The proposal as its entries make it; undefined when the node has none of that name. */
export async function findProposal(sql: Sql, node: NodeCode, proposal: Uuid): Promise<Proposal | undefined> {
  const rows = await sql.query<Row>(
    `select seq, action, actor_subject, actor_name, at, note from catalogue_proposal_entry
      where node = $1 and proposal = $2 order by seq`,
    [node, proposal],
  );
  let state: Proposal | undefined;
  for (const row of rows) state = evolveProposal(proposal, state, entryOf(row));
  return state;
}

/** What is to be published; undefined when the node has no proposal of that name. */
export async function readProposedContent(
  sql: Sql,
  node: NodeCode,
  proposal: Uuid,
): Promise<CataloguePart | undefined> {
  const [row] = await sql.query<{ content: unknown }>(
    'select content from catalogue_proposal_entry where node = $1 and proposal = $2 and seq = 1',
    [node, proposal],
  );
  return row === undefined ? undefined : cataloguePartSchema.parse(row.content);
}

export interface NewProposalEntry {
  readonly node: NodeCode;
  readonly proposal: Uuid;
  readonly entry: Pick<ProposalEntry, 'seq' | 'action' | 'note'>;
  readonly status: ProposalStatus;
  readonly actor: Actor;
  readonly actorName?: string | undefined;
  readonly now: Instant;
  /** With the first entry only. */
  readonly content?: CataloguePart;
}

export async function insertProposalEntry(sql: Sql, added: NewProposalEntry): Promise<void> {
  const { node, proposal, entry, status, actor, actorName, now, content } = added;
  await sql.query(
    `insert into catalogue_proposal_entry
       (node, proposal, seq, action, status, content, note, actor_subject, actor_name, actor_role, actor_division, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      node,
      proposal,
      entry.seq,
      entry.action,
      status,
      content === undefined ? null : JSON.stringify(content),
      entry.note ?? null,
      actor.subject,
      actorName ?? null,
      actor.role,
      actor.division,
      new Date(now).toISOString(),
    ],
  );
}

export interface ProposalSummary {
  readonly proposal: Uuid;
  readonly seq: number;
  readonly status: ProposalStatus;
  readonly proposedBy: string;
  readonly proposedByName?: string;
  readonly at: Instant;
}

/** Proposals by name, those after `cursor`. */
export async function listProposals(
  sql: Sql,
  node: NodeCode,
  { status, cursor, limit }: { status?: ProposalStatus | undefined; cursor?: Uuid | undefined; limit: number },
): Promise<ProposalSummary[]> {
  const rows = await sql.query<
    Omit<ProposalSummary, 'at' | 'proposedByName'> & { readonly at: Date; readonly name: string | null }
  >(
    `select d.proposal, d.seq, d.status, d.at, f.actor_subject as "proposedBy", f.actor_name as name
       from (select distinct on (proposal) proposal, seq, status, at from catalogue_proposal_entry
              where node = $1 and ($2::uuid is null or proposal > $2) order by proposal, seq desc) d
       join catalogue_proposal_entry f on f.node = $1 and f.proposal = d.proposal and f.seq = 1
      where $3::text is null or d.status = $3 order by d.proposal limit $4`,
    [node, cursor ?? null, status ?? null, limit],
  );
  return rows.map(({ at, name, ...row }) => ({
    ...row,
    at: at.getTime(),
    ...(name === null ? {} : { proposedByName: name }),
  }));
}
