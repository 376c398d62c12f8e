import { ok, refuse, type Instant, type Result, type Uuid } from '@tongban/kernel';
import { findItemProblems, problemLine } from './check.js';
import type { Department } from './department.js';
import type { ServiceItem } from './item.js';

/** A version on its way: written, read by a second person, published, withdrawn. */
export const draftStatuses = ['draft', 'reviewed', 'published', 'withdrawn'] as const;
export type DraftStatus = (typeof draftStatuses)[number];
export const draftStatusNames: Readonly<Record<DraftStatus, string>> = {
  draft: '草稿',
  reviewed: '已审核',
  published: '已发布',
  withdrawn: '已撤回',
};

export const draftActions = ['create', 'edit', 'approve', 'return', 'publish', 'withdraw'] as const;
export type DraftAction = (typeof draftActions)[number];

/** Where an action leads from a status; what is not named is refused. `none`: there is no draft yet. */
export const draftTransitions: Readonly<
  Record<DraftAction, Readonly<Partial<Record<DraftStatus | 'none', DraftStatus>>>>
> = {
  create: { none: 'draft' },
  // What was reviewed and then changed has to be read again.
  edit: { draft: 'draft', reviewed: 'draft' },
  approve: { draft: 'reviewed' },
  return: { draft: 'draft', reviewed: 'draft' },
  publish: { reviewed: 'published' },
  withdraw: { draft: 'withdrawn', reviewed: 'withdrawn', published: 'withdrawn' },
};

/** One line of a draft's history; the whole document goes with `create`, `edit` and `publish`. */
export interface DraftEntry {
  readonly seq: number;
  readonly action: DraftAction;
  /** Pseudonymous subject of who did it. */
  readonly by: string;
  /** Entries from before names were kept have none. */
  readonly byName?: string;
  readonly at: Instant;
  readonly note?: string;
  readonly document?: ServiceItem;
}

export interface ItemDraft {
  readonly id: Uuid;
  readonly seq: number;
  readonly status: DraftStatus;
  readonly document: ServiceItem;
  /** Everybody who has written any of it; none of them may review it. */
  readonly editors: readonly string[];
  readonly reviewedBy?: string;
  readonly history: readonly DraftEntry[];
}

/** Keeps a draft from becoming a chat. */
export const mostDraftEntries = 500;

export function evolveDraft(id: Uuid, state: ItemDraft | undefined, entry: DraftEntry): ItemDraft {
  const { action, by, document } = entry;
  const status = draftTransitions[action][state?.status ?? 'none'];
  const current = document ?? state?.document;
  if (status === undefined || current === undefined) throw new Error(`draft ${id}: ${action} at ${entry.seq}`);
  const wrote = action === 'create' || action === 'edit';
  const reviewedBy = action === 'approve' ? by : status === 'draft' ? undefined : state?.reviewedBy;
  return {
    id,
    seq: entry.seq,
    status,
    document: current,
    editors: wrote ? [...new Set([...(state?.editors ?? []), by])] : (state?.editors ?? []),
    ...(reviewedBy === undefined ? {} : { reviewedBy }),
    history: [...(state?.history ?? []), entry],
  };
}

export type DraftCommand =
  | { readonly action: 'create' | 'edit'; readonly document: ServiceItem }
  | { readonly action: 'approve'; readonly note?: string }
  | { readonly action: 'return' | 'withdraw'; readonly note: string }
  | { readonly action: 'publish'; readonly document: ServiceItem };

/** A draft may be incomplete while it is written; whoever reviews it answers for its being right. */
export function draftProblems(document: ServiceItem, departments: readonly Department[]): string[] {
  return findItemProblems(document, departments).map(problemLine);
}

/**
 * Judges a command. Refusals: catalogue.draft-state; catalogue.same-person when the reviewer has written any of it;
 * item.invalid with the problems when faulty content is to be approved or published; request.invalid when the code of a
 * draft is to be changed or its history is full.
 */
export function decideDraft(
  state: ItemDraft | undefined,
  command: DraftCommand,
  by: string,
  departments: readonly Department[],
): Result<Omit<DraftEntry, 'at'>> {
  const { action } = command;
  const from = state?.status ?? 'none';
  if (draftTransitions[action][from] === undefined) {
    const status = state === undefined ? '不存在' : draftStatusNames[state.status];
    return refuse('catalogue.draft-state', `事项版本当前${status}，不能这样办理`, { status: from, action });
  }
  const seq = (state?.seq ?? 0) + 1;
  if (seq > mostDraftEntries) return refuse('request.invalid', '这份草稿修改次数过多，请另起一份');
  if (action === 'approve' && state?.editors.includes(by) === true) {
    return refuse('catalogue.same-person', '起草或修改过这一版本的人不能审核');
  }
  const document = 'document' in command ? command.document : undefined;
  if (action === 'edit' && document?.code !== state?.document.code) {
    return refuse('request.invalid', '草稿的事项编码不能改换，请另起一份', { code: state?.document.code ?? '' });
  }
  const judged = action === 'approve' ? state?.document : action === 'publish' ? document : undefined;
  const problems = judged === undefined ? [] : draftProblems(judged, departments);
  if (problems.length > 0) return refuse('item.invalid', `${problems.length} 处要素不符合要求`, { problems });
  const note = 'note' in command ? command.note : undefined;
  return ok({
    seq,
    action,
    by,
    ...(note === undefined ? {} : { note }),
    ...(document === undefined ? {} : { document }),
  });
}
