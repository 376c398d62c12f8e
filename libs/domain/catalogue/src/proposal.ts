import { ok, refuse, type Instant, type Result, type Uuid } from '@tongban/kernel';

/** A bulk publication on its way: put forward by one person, published by the approval of another. */
export const proposalStatuses = ['proposed', 'approved', 'rejected'] as const;
export type ProposalStatus = (typeof proposalStatuses)[number];
export const proposalStatusNames: Readonly<Record<ProposalStatus, string>> = {
  proposed: '待核准',
  approved: '已核准发布',
  rejected: '已退回',
};

export const proposalActions = ['propose', 'approve', 'reject'] as const;
export type ProposalAction = (typeof proposalActions)[number];

/** Where an action leads from a status; what is not named is refused. `none`: there is no proposal yet. */
export const proposalTransitions: Readonly<
  Record<ProposalAction, Readonly<Partial<Record<ProposalStatus | 'none', ProposalStatus>>>>
> = {
  propose: { none: 'proposed' },
  approve: { proposed: 'approved' },
  reject: { proposed: 'rejected' },
};

export interface ProposalEntry {
  readonly seq: number;
  readonly action: ProposalAction;
  /** Pseudonymous subject of who did it. */
  readonly by: string;
  /** Entries from before names were kept have none. */
  readonly byName?: string;
  readonly at: Instant;
  readonly note?: string;
}

export interface Proposal {
  readonly id: Uuid;
  readonly seq: number;
  readonly status: ProposalStatus;
  readonly proposedBy: string;
  readonly proposedByName?: string;
  readonly history: readonly ProposalEntry[];
}

export function evolveProposal(id: Uuid, state: Proposal | undefined, entry: ProposalEntry): Proposal {
  const status = proposalTransitions[entry.action][state?.status ?? 'none'];
  if (status === undefined) throw new Error(`proposal ${id}: ${entry.action} at ${entry.seq}`);
  const proposedByName = state === undefined ? entry.byName : state.proposedByName;
  return {
    id,
    seq: entry.seq,
    status,
    proposedBy: state?.proposedBy ?? entry.by,
    ...(proposedByName === undefined ? {} : { proposedByName }),
    history: [...(state?.history ?? []), entry],
  };
}

/**
 * Judges an action on a proposal. Refuses catalogue.proposal-state, and catalogue.same-person when whoever put it
 * forward approves it; taking one's own proposal back is allowed.
 */
export function decideProposal(
  state: Proposal | undefined,
  action: ProposalAction,
  by: string,
): Result<Pick<ProposalEntry, 'seq' | 'action' | 'by'>> {
  const from = state?.status ?? 'none';
  if (proposalTransitions[action][from] === undefined) {
    const status = state === undefined ? '不存在' : proposalStatusNames[state.status];
    return refuse('catalogue.proposal-state', `这次发布当前${status}，不能这样办理`, { status: from, action });
  }
  if (action === 'approve' && state?.proposedBy === by) {
    return refuse('catalogue.same-person', '提交发布的人不能自己核准，须由另一人核准');
  }
  return ok({ seq: (state?.seq ?? 0) + 1, action, by });
}
