import { localDate } from '@tongban/domain/calendar';
import { ok, refuse, type DecisionContext, type Draft, type Result } from '@tongban/kernel';
import type { JointCommandOf } from './command-schemas.js';
import { draft } from './entry-schemas.js';
import { maxInspections } from './fields.js';
import { branchOf, branchStagesOf, isInspected } from './graph.js';
import { jointNumber } from './numbers.js';
import type { Inspection, JointState } from './state.js';

type Drafts = Result<readonly Draft[]>;
const isBlank = (text: string): boolean => text.trim() === '';

const openInspection = ({ inspections }: JointState): Inspection | undefined =>
  inspections.find(({ conclusion }) => conclusion === null);

/** One visit for all branches that want one: who has been looked at with success is not visited again. */
export function callInspection(
  state: JointState,
  command: JointCommandOf<'callInspection'>,
  { owner, now }: DecisionContext,
): Drafts {
  const { branches, on, sequence, place, text } = command;
  if (openInspection(state) !== undefined) return refuse('joint.inspection', '上一次联合踏勘尚未形成结论');
  if (state.inspections.length >= maxInspections) return refuse('joint.inspection', '联合踏勘次数已达上限');
  if (isBlank(place) || isBlank(text)) return refuse('case.reason-required', '须写明踏勘地点和内容');
  if (on < localDate(now)) return refuse('request.invalid', '踏勘日期不能早于今天', { on });
  const stages = branchStagesOf(state);
  const codes = [...new Set(branches)];
  for (const code of codes) {
    const branch = branchOf(state, code);
    if (branch === undefined) return refuse('joint.branch', `没有分支事项 ${code}`, { branch: code });
    if (!branch.inspect) return refuse('joint.inspection', `“${branch.name}”不须踏勘`, { branch: code });
    if (isInspected(state, branch))
      return refuse('joint.inspection', `“${branch.name}”已经联合踏勘通过，不重复踏勘`, { branch: code });
    if (!['running', 'supplementing', 'passed'].includes(stages.get(code)!))
      return refuse('joint.branch', `“${branch.name}”尚未提交或已经结束`, { branch: code });
  }
  const departments = [...new Set(codes.flatMap((code) => state.pins[code]?.department ?? []))];
  const noticeNumber = jointNumber({ kind: 'TK', division: owner, date: localDate(now), sequence });
  return ok([draft('joint.inspectionCalled', { noticeNumber, branches: codes, departments, on }, { place, text })]);
}

export function recordFinding(
  state: JointState,
  { department, actorDepartment, conclusion, finding }: JointCommandOf<'recordFinding'>,
  { occurredAt }: DecisionContext,
): Drafts {
  const open = openInspection(state);
  if (open === undefined) return refuse('joint.inspection', '没有正在进行的联合踏勘');
  if (!open.departments.includes(department)) return refuse('joint.inspection', '联合踏勘未通知该部门', { department });
  if (actorDepartment !== undefined && actorDepartment !== department)
    return refuse('jurisdiction.not-party', '只能提出本部门的踏勘意见', { department });
  if (open.findings.some((given) => given.department === department))
    return refuse('joint.inspection', '该部门已提出踏勘意见', { department });
  if (localDate(occurredAt) < open.on) return refuse('joint.inspection', '踏勘日期未到', { on: open.on });
  if (isBlank(finding)) return refuse('case.reason-required', '须写明踏勘意见');
  return ok([draft('joint.finding', { department, conclusion }, { finding })]);
}

/** One conclusion over the findings of all: it may be harder than they are, never softer. */
export function concludeInspection(
  state: JointState,
  { sequence, conclusion, summary }: JointCommandOf<'concludeInspection'>,
  { owner, now }: DecisionContext,
): Drafts {
  const open = openInspection(state);
  if (open === undefined) return refuse('joint.inspection', '没有正在进行的联合踏勘');
  if (isBlank(summary)) return refuse('case.reason-required', '须写明踏勘结论');
  const missing = open.departments.filter(
    (department) => !open.findings.some((given) => given.department === department),
  );
  if (missing.length > 0) return refuse('joint.inspection', '踏勘意见尚未收齐', { missing });
  const against = open.findings.filter((given) => given.conclusion !== 'agree').map(({ department }) => department);
  if (conclusion === 'passed' && against.length > 0)
    return refuse('joint.inspection', '有部门认为不符合或需整改，不能形成通过的结论', { departments: against });
  const documentNumber = jointNumber({ kind: 'TJ', division: owner, date: localDate(now), sequence });
  return ok([draft('joint.inspectionConcluded', { documentNumber, conclusion }, { summary })]);
}
