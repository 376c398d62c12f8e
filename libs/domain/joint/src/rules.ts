import { localDate } from '@tongban/domain/calendar';
import { backDatingMs, clockSkewMs } from '@tongban/domain/casework';
import {
  ok,
  refuse,
  type DecisionContext,
  type Draft,
  type JsonObject,
  type RecordRules,
  type Result,
} from '@tongban/kernel';
import type { JointCommand, JointCommandOf, JointCommandType } from './command-schemas.js';
import { jointStatuses } from './codes.js';
import { conclusionOf } from './conclusion.js';
import { draft } from './entry-schemas.js';
import { evolveJoint } from './evolve.js';
import { maxAttempts, type JointAttachment } from './fields.js';
import { branchesOfStages, missingMaterials, sharedFormProblems } from './form.js';
import { branchOf, branchStagesOf, branchState, isChosen } from './graph.js';
import { callInspection, concludeInspection, recordFinding } from './inspection.js';
import { jointNumber } from './numbers.js';
import type { JointState } from './state.js';
import { jointCommandSpecs, jointTable } from './table.js';
import { findTemplateProblems, type JointTemplate, type TemplateBranch } from './template.js';

export const jointRecordClass = 'joint';
export type JointRules = RecordRules<JointState, JointCommand>;
type Drafts = Result<readonly Draft[]>;
type Decider<T extends JointCommandType> = (
  state: JointState,
  command: JointCommandOf<T>,
  context: DecisionContext,
) => Drafts;

/** The rules of class `joint`: a graph of cases that one leading node submits, watches and concludes. */
export const jointRules = (): JointRules => ({
  recordClass: jointRecordClass,
  evolve: evolveJoint,
  decide: (state, command, context) => {
    const refusal = placeRefusal(state, command.type, context);
    if (refusal !== undefined) return refusal;
    return command.type === 'open' ? open(command, context) : decideOne(state!, command, context);
  },
});

function placeRefusal(
  state: JointState | undefined,
  type: JointCommandType,
  { actor, owner, occurredAt, now }: DecisionContext,
): Result<never> | undefined {
  const cell = jointTable[state?.status ?? 'none'][type];
  const { name, roles, from } = jointCommandSpecs[type];
  if (!cell.allowed) {
    const status = state === undefined ? '不存在' : jointStatuses[state.status];
    return refuse(cell.code, `联办件${status}，不能办理此项`, { status: state?.status ?? 'none', command: type });
  }
  if (state !== undefined && state.owner !== owner)
    return refuse('case.not-owner', '该联办件不由本级牵头', { owner: state.owner });
  if (!roles.includes(actor.role))
    return refuse('jurisdiction.role', `当前角色不能办理“${name}”`, { role: actor.role });
  if (from === 'owner' && actor.role !== 'system' && actor.division !== owner)
    return refuse('jurisdiction.division', `“${name}”只能由牵头机关办理`, { owner });
  if (actor.role === 'resident' && state?.opener.role === 'resident' && state.opener.subject !== actor.subject)
    return refuse('jurisdiction.not-party', '本人不是该联办件的申请人');
  if (occurredAt > now + clockSkewMs) return refuse('case.back-dated', '办理时间不能晚于当前时间');
  if (state !== undefined && actor.role !== 'system' && occurredAt < state.lastOccurredAt - backDatingMs)
    return refuse('case.back-dated', '办理时间不能早于上一环节');
  return undefined;
}

interface Papers {
  readonly form: JsonObject;
  readonly attachments: readonly JointAttachment[];
}
const factsOf = (attachments: readonly JointAttachment[]) =>
  attachments.map(({ material, digest, size, mediaType }) => ({ material, digest, size, mediaType }));
const filesOf = (attachments: readonly JointAttachment[]) =>
  attachments.map(({ digest, name, key }) => ({ digest, name, key }));
const givenIn = ({ form }: Papers): string[] =>
  Object.entries(form).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [name]));

interface Known {
  readonly template: JointTemplate;
  readonly given: readonly string[];
  readonly materials: readonly { readonly material: string }[];
}

/** What the branches want and has not been given; `complete` also asks for what is still missing. */
function papersRefusal(
  { template, given, materials }: Known,
  branches: readonly TemplateBranch[],
  papers: Papers,
): Result<never> | undefined {
  const problems = sharedFormProblems({ template, branches, given }, papers.form);
  if (problems.length > 0)
    return refuse('request.invalid', problems.map(({ message }) => message).join('；'), {
      fields: problems.map(({ field }) => field),
    });
  const codes = template.materials.map(({ code }) => code);
  const unknown = papers.attachments.find(({ material }) => !codes.includes(material));
  if (unknown !== undefined)
    return refuse('case.material-unknown', `联办申请没有材料“${unknown.material}”`, { material: unknown.material });
  const handedIn = [...materials, ...papers.attachments].map(({ material }) => material);
  const missing = missingMaterials(branches, handedIn);
  if (missing.length === 0) return undefined;
  const names = template.materials.filter(({ code }) => missing.includes(code)).map(({ name }) => name);
  return refuse('case.material-missing', `缺少材料：${names.join('、')}`, { missing });
}

function chosenRefusal(template: JointTemplate, chosen: readonly string[]): Result<never> | undefined {
  const wrong = chosen.find(
    (code) => !template.branches.some((branch) => branch.code === code && branch.kind === 'optional'),
  );
  return wrong === undefined ? undefined : refuse('joint.branch', `没有选办事项 ${wrong}`, { branch: wrong });
}

function open(command: JointCommandOf<'open'>, { owner, now }: DecisionContext): Drafts {
  const { template, pins, chosen, sequence, applicantType, identityType, channel, applicant, form, attachments } =
    command;
  const problems = findTemplateProblems(template);
  if (problems.length > 0) return refuse('joint.template', problems.join('；'), { template: template.code });
  const unpinned = template.branches.find((branch) => isChosen({ chosen }, branch) && pins[branch.code] === undefined);
  if (unpinned !== undefined)
    return refuse('item.not-published', `“${unpinned.name}”在本级没有可办的事项`, { branch: unpinned.code });
  const wrong = chosenRefusal(template, chosen);
  if (wrong !== undefined) return wrong;
  const atOnce = template.stages.filter(({ opens }) => opens === 'atOnce').map(({ code }) => code);
  const missing = papersRefusal(
    { template, given: [], materials: [] },
    branchesOfStages({ template, chosen }, atOnce),
    command,
  );
  if (missing !== undefined) return missing;
  const number = jointNumber({ kind: 'LB', division: owner, date: localDate(now), sequence });
  const facts = { number, template, pins, applicantType, identityType, channel, chosen: [...new Set(chosen)] };
  return ok([
    draft(
      'joint.opened',
      { ...facts, given: givenIn(command), materials: factsOf(attachments) },
      { applicant, form, files: filesOf(attachments) },
    ),
  ]);
}

const openStage: Decider<'openStage'> = (state, command) => {
  const { stage, form, attachments, chosen } = command;
  const found = state.template.stages.find(({ code }) => code === stage);
  if (found === undefined) return refuse('joint.stage', `没有阶段 ${stage}`, { stage });
  if (state.stages.includes(stage)) return refuse('joint.stage', `“${found.name}”阶段已经启动`, { stage });
  const wrong = chosenRefusal(state.template, chosen);
  if (wrong !== undefined) return wrong;
  const all = [...new Set([...state.chosen, ...chosen])];
  const branches = branchesOfStages({ template: state.template, chosen: all }, [stage]);
  if (branches.length === 0) return refuse('joint.stage', '请先选定要办的事项', { stage });
  const unpinned = branches.find(({ code }) => state.pins[code] === undefined);
  if (unpinned !== undefined)
    return refuse('item.not-published', `“${unpinned.name}”在本级没有可办的事项`, { branch: unpinned.code });
  const missing = papersRefusal(state, branches, command);
  if (missing !== undefined) return missing;
  const facts = { stage, chosen: [...new Set(chosen)], given: givenIn(command), materials: factsOf(attachments) };
  return ok([draft('joint.stageOpened', facts, { form, files: filesOf(attachments) })]);
};

const startBranch: Decider<'startBranch'> = (state, { branch, attempt, record, number, on }) => {
  if (branchStagesOf(state).get(branch) !== 'ready')
    return refuse('joint.branch', '该分支事项现在不能提交', { branch });
  if (attempt !== branchState(state, branch).attempts.length + 1)
    return refuse('joint.branch', '该分支事项已经提交', { branch, attempt });
  return ok([draft('joint.branchStarted', { branch, attempt, record, number, on })]);
};

/** Of each submission its newest word; an older one, or the same again, is no news. */
const noteBranch: Decider<'noteBranch'> = (state, { branch, attempt, view }) => {
  const known = branchState(state, branch).attempts[attempt - 1];
  if (known === undefined) return refuse('joint.branch', '没有这次提交', { branch, attempt });
  if (view.seq <= known.view.seq) return refuse('joint.branch', '该进展已经登记', { branch, attempt });
  return ok([draft('joint.branchNoted', { branch, attempt, view })]);
};

/** A branch that was not accepted, refused or withdrawn is submitted again; the others have gone on meanwhile. */
const restartBranch: Decider<'restartBranch'> = (state, command) => {
  const { branch: code, reasonCode, reason, form, attachments } = command;
  const branch = branchOf(state, code);
  if (branch === undefined) return refuse('joint.branch', `没有分支事项 ${code}`, { branch: code });
  if (branchStagesOf(state).get(code) !== 'failed')
    return refuse('joint.branch', `“${branch.name}”没有未通过的办件，不须重新提交`, { branch: code });
  if (branchState(state, code).attempts.length >= maxAttempts)
    return refuse('joint.branch', `“${branch.name}”重新提交的次数已达上限`, { branch: code });
  if (reason.trim() === '') return refuse('case.reason-required', '重新提交须说明理由');
  const missing = papersRefusal(state, [branch], command);
  if (missing !== undefined) return missing;
  const facts = { branch: code, reasonCode, given: givenIn(command), materials: factsOf(attachments) };
  return ok([draft('joint.branchRestarted', facts, { reason, form, files: filesOf(attachments) })]);
};

const conclude: Decider<'conclude'> = (state, { sequence, summary }, { owner, now }) => {
  if (summary.trim() === '') return refuse('case.reason-required', '须写明办结意见');
  const conclusion = conclusionOf(state);
  if (!conclusion.ok) return conclusion;
  const { outcome, passed, failed } = conclusion.value;
  const documentNumber = jointNumber({ kind: 'LJ', division: owner, date: localDate(now), sequence });
  return ok([
    draft('joint.concluded', { documentNumber, outcome, passed: [...passed], failed: [...failed] }, { summary }),
  ]);
};

const withdraw: Decider<'withdraw'> = (_state, { reasonCode, reason }) =>
  reason.trim() === ''
    ? refuse('case.reason-required', '撤回申请须说明理由')
    : ok([draft('joint.withdrawn', { reasonCode }, { reason })]);

const deciders: { readonly [T in Exclude<JointCommandType, 'open'>]: Decider<T> } = {
  ...{ openStage, startBranch, noteBranch, restartBranch },
  ...{ callInspection, recordFinding, concludeInspection },
  ...{ conclude, withdraw },
};

/** The table is by the command's own type, which the compiler cannot follow through an index. */
function decideOne<T extends Exclude<JointCommandType, 'open'>>(
  state: JointState,
  command: JointCommandOf<T> & { readonly type: T },
  context: DecisionContext,
): Drafts {
  return (deciders[command.type] as Decider<T>)(state, command, context);
}
