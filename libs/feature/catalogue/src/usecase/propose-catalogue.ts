import { decideProposal, proposalTransitions, type Proposal, type ProposalAction } from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import {
  findProposal,
  insertProposalEntry,
  listProposals,
  readProposedContent,
  type ProposalSummary,
} from '../store/proposal-store.js';
import type { Publication } from '../store/publication-store.js';
import { heldFor } from './append-records.js';
import { once, type CommandInput, type WriteTools } from './command.js';
import type { CataloguePart, PublicationDecision } from './decide-publication.js';
import type { HeldVersion } from './held.js';
import { judgePublication } from './judge-publication.js';
import { appendPublication, countsOf, type PublishInput } from './publish-catalogue.js';
import { proposedRecords, type ProposedRecord } from './proposed-records.js';

/** Waits for a second person. */
export interface Proposed {
  readonly proposal: Uuid;
  readonly seq: number;
  /** Versions that would be new, and versions that are held with the same content. */
  readonly toPublish: number;
  readonly unchanged: number;
  readonly items: number;
  readonly departments: number;
  readonly delegations: number;
}

export type ProposeOutcome =
  | { readonly state: 'published'; readonly publication: Publication }
  | { readonly state: 'proposed'; readonly proposed: Proposed };

export interface ProposalInput extends CommandInput {
  readonly proposal: Uuid;
  /** The sequence number that was read. */
  readonly ifMatch?: number | undefined;
}

export interface ProposalView {
  readonly state: Proposal;
  readonly records: readonly ProposedRecord[];
  /** What stands in the way of an approval now; empty when nothing does or it is decided. */
  readonly problems: readonly string[];
}

/**
 * Bulk publications need two persons: one puts the content forward, another approves it, and only then is it published.
 * The first catalogue of a node needs one: there is nothing yet that a mistake could take from anybody. What changes
 * nothing needs no approval.
 */
export class ProposeCatalogue {
  constructor(private readonly tools: WriteTools) {}

  /** Refuses as `judgePublication`, and request.key-reused. A proposal is named by the key of this command. */
  propose(input: PublishInput): Promise<Result<ProposeOutcome>> {
    return once(this.tools, input, { propose: input.catalogue }, (sql) => this.attempt(sql, input));
  }

  /** Refusals: catalogue.proposal-unknown, -state, catalogue.same-person, request.stale, those of a publication. */
  approve(input: ProposalInput): Promise<Result<Publication>> {
    return once(this.tools, input, { approve: input.proposal }, (sql) => this.publish(sql, input));
  }

  /** Sends it back; whoever put it forward takes it back in this way. Refuses as `approve`, publication apart. */
  reject(input: ProposalInput, reason: string): Promise<Result<{ readonly seq: number }>> {
    return once(this.tools, input, { reject: input.proposal, reason }, async (sql) => {
      const decided = await this.decide(sql, input, 'reject');
      if (!decided.ok) return decided;
      await this.note(sql, input, { ...decided.value, note: reason });
      return ok({ seq: decided.value.seq });
    });
  }

  find(node: NodeCode, proposal: Uuid): Promise<Result<ProposalView>> {
    return this.tools.transactor.run(async (sql) => {
      const state = await findProposal(sql, node, proposal);
      const content = await readProposedContent(sql, node, proposal);
      if (state === undefined || content === undefined) return unknownProposal();
      const held = await heldFor(sql, node);
      const decision = state.status === 'proposed' ? await this.judge(node, content, held) : undefined;
      return ok({ state, records: proposedRecords(node, content, held), problems: problemsOf(decision) });
    });
  }

  list(node: NodeCode, query: Parameters<typeof listProposals>[2]): Promise<ProposalSummary[]> {
    return this.tools.transactor.run((sql) => listProposals(sql, node, query));
  }

  private judge(node: NodeCode, catalogue: CataloguePart, held: readonly HeldVersion[]) {
    return judgePublication(this.tools.files, node, catalogue, held);
  }

  private async attempt(sql: Sql, input: PublishInput): Promise<Result<ProposeOutcome>> {
    const { node, catalogue, actor, actorName, key } = input;
    const held = await heldFor(sql, node);
    const decision = await this.judge(node, catalogue, held);
    if (!decision.ok) return decision;
    const isFirst = !held.some(({ id }) => id.publisher === node);
    const { versions, unchanged } = decision.value;
    if (isFirst || versions.length === 0) {
      const publication = await appendPublication(this.tools, sql, input, decision.value);
      return ok({ state: 'published', publication });
    }
    const decided = decideProposal(undefined, 'propose', actor.subject);
    if (!decided.ok) return decided;
    const { seq, action } = decided.value;
    await insertProposalEntry(sql, {
      ...{ node, proposal: key, actor, actorName, content: catalogue, entry: { seq, action }, status: 'proposed' },
      now: this.tools.clock.now(),
    });
    const proposed = { proposal: key, seq, toPublish: versions.length, unchanged, ...countsOf(catalogue) };
    return ok({ state: 'proposed', proposed });
  }

  private async publish(sql: Sql, input: ProposalInput): Promise<Result<Publication>> {
    const { node, proposal } = input;
    const decided = await this.decide(sql, input, 'approve');
    if (!decided.ok) return decided;
    const catalogue = await readProposedContent(sql, node, proposal);
    if (catalogue === undefined) return unknownProposal();
    // Judged again: what is in force may have changed since it was put forward.
    const decision = await this.judge(node, catalogue, await heldFor(sql, node));
    if (!decision.ok) return decision;
    await this.note(sql, input, decided.value);
    return ok(await appendPublication(this.tools, sql, { ...input, catalogue }, decision.value));
  }

  private async decide(sql: Sql, { node, proposal, actor, ifMatch }: ProposalInput, action: ProposalAction) {
    const state = await findProposal(sql, node, proposal);
    if (state === undefined) return unknownProposal();
    if (ifMatch !== undefined && ifMatch !== state.seq) return refuse('request.stale', '这次发布已被他人处理，请刷新');
    return decideProposal(state, action, actor.subject);
  }

  private note(
    sql: Sql,
    { node, proposal, actor, actorName }: ProposalInput,
    { seq, action, note }: { readonly seq: number; readonly action: ProposalAction; readonly note?: string },
  ): Promise<void> {
    const entry = note === undefined ? { seq, action } : { seq, action, note };
    const status = proposalTransitions[action].proposed!;
    return insertProposalEntry(sql, { node, proposal, entry, status, actor, actorName, now: this.tools.clock.now() });
  }
}

const unknownProposal = (): Result<never> => refuse('catalogue.proposal-unknown', '没有这次待核准的发布');

function problemsOf(decision: Result<PublicationDecision> | undefined): readonly string[] {
  if (decision === undefined || decision.ok) return [];
  const { detail, params } = decision.refusal;
  const lines = params?.['problems'];
  return Array.isArray(lines) ? lines.map(String) : [detail];
}
