import type { WorkingCalendar } from '@tongban/domain/calendar';
import { refuse, type RecordRules, type Result } from '@tongban/kernel';
import { accept, notAccept, requestSupplement, supplement } from './acceptance.js';
import { correct, deliver, noteReport, rate } from './aftercare.js';
import { caseStatuses } from './codes.js';
import type { CaseCommand, CaseCommandType } from './command-schemas.js';
import type { CaseContext, Drafts } from './context.js';
import { certify, decide, withdraw } from './decision.js';
import { evolveCase } from './evolve.js';
import type { CaseState } from './state.js';
import { handOver, submit } from './submission.js';
import { caseTable, type CommandSpec } from './table.js';
import { timeRefusal } from './times.js';

export const caseRecordClass = 'case';
export type CaseRules = RecordRules<CaseState, CaseCommand>;

/** The rules of class `case`. `calendar` counts its limits; everything else comes with commands and context. */
export const caseRules = ({ calendar }: { readonly calendar: WorkingCalendar }): CaseRules => ({
  recordClass: caseRecordClass,
  evolve: evolveCase,
  decide: (state, command, context) => decideCase(state, command, { ...context, calendar }),
});

function decideCase(state: CaseState | undefined, command: CaseCommand, context: CaseContext): Drafts {
  const refusal = placeRefusal(state, context) ?? tableRefusal(state, command.type, context);
  if (refusal !== undefined) return refusal;
  // The machine's report is about the case, not a step in it.
  const last = command.type === 'noteReport' ? undefined : state?.lastOccurredAt;
  const late = timeRefusal(last, context);
  if (late !== undefined) return late;
  return dispatch(state, command, context);
}

/** Only the owner decides, and not while the case is on its way to another. */
function placeRefusal(state: CaseState | undefined, { owner }: CaseContext): Result<never> | undefined {
  if (state === undefined) return undefined;
  if (state.owner !== owner) return refuse('case.not-owner', '该件不在本级办理', { owner: state.owner });
  if (state.pendingOffer !== null)
    return refuse('case.handing-over', '该件正在移交，请稍后再办', { to: state.pendingOffer.to });
  return undefined;
}

function tableRefusal(
  state: CaseState | undefined,
  type: CaseCommandType,
  context: CaseContext,
): Result<never> | undefined {
  const cell = caseTable[state?.status ?? 'none'][type];
  if (!cell.allowed) {
    const status = state === undefined ? '不存在' : caseStatuses[state.status];
    return refuse(cell.code, `办件${status}，不能办理此项`, { status: state?.status ?? 'none', command: type });
  }
  return actorRefusal(state, cell, context);
}

function actorRefusal(
  state: CaseState | undefined,
  { name, roles, power, from }: CommandSpec,
  { actor, owner }: CaseContext,
): Result<never> | undefined {
  if (!roles.includes(actor.role))
    return refuse('jurisdiction.role', `当前角色不能办理“${name}”`, { role: actor.role });
  if (from === 'owner' && actor.role !== 'system' && actor.division !== owner)
    return refuse('jurisdiction.division', `“${name}”只能由办理机关的人员办理`, { owner });
  if (state === undefined) return undefined;
  if (power !== undefined && state.route[power] !== owner)
    return refuse('case.power', `本级无“${name}”权限，应由有权机关办理`, { power, node: state.route[power] });
  // A resident who applied in person is known by subject; one for whom others applied is checked by the caller.
  const applicant = state.handlers.submitted;
  if (actor.role === 'resident' && applicant?.role === 'resident' && applicant.subject !== actor.subject)
    return refuse('jurisdiction.not-party', '本人不是该件的申请人');
  return undefined;
}

function dispatch(state: CaseState | undefined, command: CaseCommand, context: CaseContext): Drafts {
  if (command.type === 'submit') return submit(command, context);
  if (state === undefined) return refuse('case.unknown', '没有这个办件');
  switch (command.type) {
    case 'accept':
      return accept(state, command, context);
    case 'notAccept':
      return notAccept(state, command, context);
    case 'requestSupplement':
      return requestSupplement(state, command, context);
    case 'supplement':
      return supplement(state, command, context);
    case 'handOver':
      return handOver(state, command, context);
    case 'decide':
      return decide(state, command, context);
    case 'certify':
      return certify(state, command, context);
    case 'deliver':
      return deliver(state, command, context);
    case 'rate':
      return rate(state, command, context);
    case 'withdraw':
      return withdraw(state, command, context);
    case 'correct':
      return correct(state, command, context);
    case 'noteReport':
      return noteReport(state, command, context);
  }
}
