import { localDate } from '@tongban/domain/calendar';
import { runningPause, type CaseState } from '@tongban/domain/casework';
import type { Instant } from '@tongban/kernel';
import type { BranchView } from './command-schemas.js';
import { branchStagesOf, branchState } from './graph.js';
import type { JointState } from './state.js';

/** When a case came to stand as it does, by the owner's recording times. */
function sinceOf(state: CaseState): Instant {
  const pause = runningPause(state);
  if (state.status === 'closed') return state.closedAt ?? state.submittedAt;
  if (pause !== undefined) return Date.parse(`${pause.from}T00:00:00+08:00`);
  const ended = state.pauses.at(-1)?.endedOn;
  const resumed = ended === null || ended === undefined ? 0 : Date.parse(`${ended}T00:00:00+08:00`);
  if (state.status === 'approved') return Math.max(resumed, state.decidedAt ?? state.submittedAt);
  if (state.status === 'accepted') return Math.max(resumed, state.acceptedAt ?? state.submittedAt);
  const round = state.supplements.at(-1);
  if (state.status === 'supplementing') return round?.requestedAt ?? state.submittedAt;
  return round?.suppliedAt ?? state.submittedAt;
}

/** What the lead reads off a branch's case that it holds. */
export const viewOf = (state: CaseState): BranchView => ({
  status: state.status,
  closing: state.closing,
  paused: runningPause(state) !== undefined,
  seq: state.seq,
  on: localDate(sinceOf(state)),
  promisedDue: state.promisedDue?.date ?? null,
});

export type Step =
  | { readonly kind: 'note'; readonly branch: string; readonly attempt: number; readonly view: BranchView }
  | { readonly kind: 'start'; readonly branch: string; readonly attempt: number };

const isNews = (before: BranchView, now: BranchView): boolean =>
  now.seq > before.seq &&
  (now.status !== before.status ||
    now.closing !== before.closing ||
    now.paused !== before.paused ||
    now.promisedDue !== before.promisedDue);

/**
 * What there is to do for a joint case: news of its branches first, then, where there is none, the branches that are
 * free to be submitted. The same however often it is asked, until it has been done.
 */
export function nextSteps(state: JointState, cases: ReadonlyMap<string, CaseState>): readonly Step[] {
  const notes = Object.entries(state.branches).flatMap(([branch, { attempts }]) =>
    attempts.flatMap(({ record, view: before }, at): Step[] => {
      const held = cases.get(record);
      const view = held === undefined ? undefined : viewOf(held);
      return view !== undefined && isNews(before, view) ? [{ kind: 'note', branch, attempt: at + 1, view }] : [];
    }),
  );
  if (notes.length > 0 || state.status !== 'open') return notes;
  return [...branchStagesOf(state)].flatMap(([branch, stage]): Step[] =>
    stage === 'ready' ? [{ kind: 'start', branch, attempt: branchState(state, branch).attempts.length + 1 }] : [],
  );
}

/** Records of the branches' cases that are not over, as far as the lead has noted. */
export const openRecords = ({ branches }: Pick<JointState, 'branches'>): string[] =>
  Object.values(branches).flatMap(({ attempts }) =>
    attempts.filter(({ view }) => view.status !== 'closed').map(({ record }) => record),
  );

/** True while somebody has to look at the joint case: it is open, or a branch is still on its way to its end. */
export const isWatched = (state: JointState): boolean => state.status === 'open' || openRecords(state).length > 0;
