import { isoInstant, ok, refuse, type Actor, type Instant, type Result } from '@tongban/kernel';
import type { ReformPlan } from './plan.js';

/** 起草, 待批准, 已批准, 正在发布, 已发布, 已放弃. */
export const roundStatuses = ['draft', 'proposed', 'approved', 'publishing', 'published', 'discarded'] as const;
export type RoundStatus = (typeof roundStatuses)[number];
export const roundStatusNames: Readonly<Record<RoundStatus, string>> = {
  draft: '起草',
  proposed: '待批准',
  approved: '已批准',
  publishing: '正在发布',
  published: '已发布',
  discarded: '已放弃',
};

export const roundActions = [
  'edit',
  'propose',
  'return',
  'approve',
  'publish',
  'published',
  'notPublished',
  'discard',
] as const;
export type RoundAction = (typeof roundActions)[number];

/**
 * What may follow what. A publication is announced before it is made: while it is under way nothing else may happen, and
 * a process that was cut off takes it up again under the same key.
 */
export const roundTransitions: Readonly<Record<RoundStatus, Readonly<Partial<Record<RoundAction, RoundStatus>>>>> = {
  draft: { edit: 'draft', propose: 'proposed', discard: 'discarded' },
  proposed: { approve: 'approved', return: 'draft' },
  approved: { publish: 'publishing', return: 'draft' },
  publishing: { publish: 'publishing', published: 'published', notPublished: 'approved' },
  published: {},
  discarded: {},
};

export interface RoundState {
  readonly status: RoundStatus;
  readonly plan: ReformPlan;
  /** Number of the entry that made this state, from 1. */
  readonly seq: number;
  /** Subjects who wrote or proposed what is now to be approved. */
  readonly authors: readonly string[];
  readonly approvedBy?: string;
}

export interface RoundEntry {
  readonly seq: number;
  readonly action: RoundAction | 'begin';
  readonly at: Instant;
  readonly actor: Actor;
  /** Entries from before names were kept have none. */
  readonly actorName?: string;
  /** With `begin` and `edit`. */
  readonly plan?: ReformPlan;
  /** Why it was returned or discarded; code of the refusal when it was not published. */
  readonly note?: string;
}

/** @throws Error for an entry that cannot follow: entries are only ever written after `decideRound` */
export function evolveRound(state: RoundState | undefined, entry: RoundEntry): RoundState {
  const { action, seq, plan, actor } = entry;
  if (state === undefined) {
    if (action !== 'begin' || plan === undefined) throw new Error(`a round begins with a plan, not with ${action}`);
    return { status: 'draft', plan, seq, authors: [actor.subject] };
  }
  const status = action === 'begin' ? undefined : roundTransitions[state.status][action];
  if (status === undefined) throw new Error(`${action} at ${isoInstant(entry.at)} cannot follow ${state.status}`);
  const isWritten = action === 'edit' || action === 'propose';
  const authors = isWritten ? [...new Set([...state.authors, actor.subject])] : state.authors;
  const approvedBy = action === 'approve' ? actor.subject : status === 'draft' ? undefined : state.approvedBy;
  const next = { status, plan: plan ?? state.plan, seq, authors };
  return approvedBy === undefined ? next : { ...next, approvedBy };
}

/** Whether a person may do this to a round now. Refusals: reform.state, reform.same-person. */
export function decideRound(state: RoundState, action: RoundAction, actor: Actor): Result<RoundStatus> {
  const next = roundTransitions[state.status][action];
  if (next === undefined) {
    return refuse('reform.state', `方案${roundStatusNames[state.status]}，不能这样办理`, { status: state.status });
  }
  if (action === 'approve' && state.authors.includes(actor.subject)) {
    return refuse('reform.same-person', '方案须由起草人、提交人以外的人批准');
  }
  return ok(next);
}
