import type { BranchStage } from './codes.js';
import type { Attempt, BranchState, JointState } from './state.js';
import type { TemplateBranch } from './template.js';

type Graph = Pick<JointState, 'template' | 'chosen' | 'stages' | 'branches' | 'inspections'>;

export const branchOf = ({ template }: Pick<JointState, 'template'>, code: string): TemplateBranch | undefined =>
  template.branches.find((branch) => branch.code === code);

const nothingYet: BranchState = { attempts: [], restarts: 0 };
export const branchState = ({ branches }: Pick<JointState, 'branches'>, code: string): BranchState =>
  branches[code] ?? nothingYet;

/** The submission that counts. */
export const currentAttempt = (state: Pick<JointState, 'branches'>, code: string): Attempt | undefined =>
  branchState(state, code).attempts.at(-1);

/** A branch that belongs to this case: all but the optional ones that nobody chose. */
export const isChosen = ({ chosen }: Pick<JointState, 'chosen'>, { code, kind }: TemplateBranch): boolean =>
  kind !== 'optional' || chosen.includes(code);

/** The newest inspection that was concluded for the branch. */
const verdictOn = ({ inspections }: Pick<JointState, 'inspections'>, code: string) =>
  inspections.findLast(({ branches, conclusion }) => conclusion !== null && branches.includes(code))?.conclusion;

/** One visit counts for every branch that it was called for. */
export const isInspected = (state: Pick<JointState, 'inspections'>, { code, inspect }: TemplateBranch): boolean =>
  !inspect || verdictOn(state, code) === 'passed';

function stageOf(state: Graph, branch: TemplateBranch, known: ReadonlyMap<string, BranchStage>): BranchStage {
  if (!isChosen(state, branch)) return 'notChosen';
  const { attempts, restarts } = branchState(state, branch.code);
  const current = attempts.at(-1);
  if (current !== undefined && attempts.length > restarts) {
    const { status, closing } = current.view;
    if (status !== 'closed') return status === 'supplementing' ? 'supplementing' : 'running';
    return closing === 'certified' || closing === 'approved' ? 'passed' : 'failed';
  }
  const before = branch.after.flatMap((code) => branchOf(state, code) ?? []).filter((one) => isChosen(state, one));
  const standing = before.map(({ code }) => known.get(code));
  if (standing.some((stage) => stage === 'failed' || stage === 'blocked')) return 'blocked';
  if (!state.stages.includes(branch.stage)) return 'notOpened';
  const isFree = before.every((one, at) => standing[at] === 'passed' && isInspected(state, one));
  return isFree ? 'ready' : 'waiting';
}

/** Where every branch stands, in one pass over the graph. */
export function branchStagesOf(state: Graph): ReadonlyMap<string, BranchStage> {
  const known = new Map<string, BranchStage>();
  let left = [...state.template.branches];
  // Templates are acyclic, so each pass settles a branch at least.
  for (let pass = 0; pass < state.template.branches.length && left.length > 0; pass++) {
    const free = left.filter(({ after }) => after.every((code) => known.has(code)));
    for (const branch of free) known.set(branch.code, stageOf(state, branch, known));
    left = left.filter(({ code }) => !known.has(code));
  }
  return known;
}
