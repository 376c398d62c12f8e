import { ok, refuse, type Result } from '@tongban/kernel';
import type { BranchStage } from './codes.js';
import { branchStagesOf, isChosen, isInspected } from './graph.js';
import type { JointState } from './state.js';

export interface Conclusion {
  readonly outcome: 'approved' | 'partly' | 'refused';
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

const ended: readonly BranchStage[] = ['passed', 'failed', 'blocked'];

/**
 * How the whole ends, by rule. A key branch that failed ends it as refused once nothing runs any more; else every
 * chosen branch has to be done: approved where all that had to be done was granted and looked at, partly where not.
 * Optional branches change nothing. Refusals: joint.branches-open, joint.inspection.
 */
export function conclusionOf(state: JointState): Result<Conclusion> {
  const stages = branchStagesOf(state);
  const branches = state.template.branches.filter((branch) => isChosen(state, branch));
  const at = (...wanted: readonly BranchStage[]) => branches.filter(({ code }) => wanted.includes(stages.get(code)!));
  const codes = (list: readonly { readonly code: string }[]): string[] => list.map(({ code }) => code);
  const failed = at('failed', 'blocked');
  const passed = codes(at('passed'));
  const keyFailed = failed.some(({ kind }) => kind === 'key');
  const open = branches.filter(({ code }) => !ended.includes(stages.get(code)!));
  // After a key refusal what was never submitted is not waited for; what is with a department is.
  const awaited = keyFailed ? at('running', 'supplementing') : open;
  if (awaited.length > 0) return refuse('joint.branches-open', '尚有分支事项未办结', { branches: codes(awaited) });
  if (keyFailed) return ok({ outcome: 'refused', passed, failed: codes(failed) });
  const unseen = branches.filter((branch) => stages.get(branch.code) === 'passed' && !isInspected(state, branch));
  if (unseen.length > 0)
    return refuse('joint.inspection', '须联合踏勘通过的事项尚未踏勘或未通过', { branches: codes(unseen) });
  const outcome = failed.some(({ kind }) => kind === 'required') ? 'partly' : 'approved';
  return ok({ outcome, passed, failed: codes(failed) });
}
