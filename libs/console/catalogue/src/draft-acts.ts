import type { shapes } from '@tongban/console/api';

export const draftActs = ['approve', 'return', 'publish', 'edit', 'withdraw'] as const;
export type DraftAct = (typeof draftActs)[number];
/** Acts that are asked about in a dialog; the rest is a page of its own. */
export type AskedAct = Exclude<DraftAct, 'edit'>;

type DraftStatus = shapes.ItemDraft['status'];

/** When the host lets an act be tried at all; it judges again, by its own table. */
const possibleIn: Readonly<Record<DraftAct, readonly DraftStatus[]>> = {
  approve: ['draft'],
  return: ['draft', 'reviewed'],
  publish: ['reviewed'],
  edit: ['draft', 'reviewed'],
  withdraw: ['draft', 'reviewed'],
};
const manager = ['catalogue-manager'];
const readers = ['reviewer', ...manager];
const rolesOf: Readonly<Record<DraftAct, readonly string[]>> = {
  approve: readers,
  return: readers,
  publish: manager,
  edit: manager,
  withdraw: manager,
};

interface Standing {
  readonly draft: Pick<shapes.ItemDraft, 'status' | 'problems' | 'history'>;
  readonly subject: string;
  readonly roles: readonly string[];
}

export interface PossibleActs {
  readonly acts: readonly DraftAct[];
  /** Why a version that waits cannot go on now by this person, where that is so. */
  readonly hint?: 'ownDraft' | 'faulty';
}

const wrote = ({ draft: { history }, subject }: Standing): boolean =>
  history.some(({ action, by }) => by === subject && (action === 'create' || action === 'edit'));

/** What a person can do with a draft: whoever wrote any of it neither approves it nor sends it back. */
export function actsOf(standing: Standing): PossibleActs {
  const { draft, roles } = standing;
  const own = wrote(standing);
  const faulty = draft.problems.length > 0;
  const acts = draftActs.filter((act) => {
    if (!possibleIn[act].includes(draft.status) || !rolesOf[act].some((role) => roles.includes(role))) return false;
    if (act === 'approve') return !own && !faulty;
    return act === 'return' ? !own : act !== 'publish' || !faulty;
  });
  if (draft.status !== 'draft' && draft.status !== 'reviewed') return { acts };
  if (faulty) return { acts, hint: 'faulty' };
  return own && draft.status === 'draft' ? { acts, hint: 'ownDraft' } : { acts };
}
