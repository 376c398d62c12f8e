import type { WorkingCalendar } from '@tongban/domain/calendar';
import { ok, refuse, type RecordRules, type Result } from '@tongban/kernel';
import { accept, notAccept, requestSupplement, supplement } from './acceptance.js';
import { correct, deliver, noteReport, rate } from './aftercare.js';
import { askExtension, decideExtension, overdueDrafts, pause, recount, resume } from './clock-acts.js';
import { caseStatuses } from './codes.js';
import {
  callConference,
  concludeConference,
  coverRefusal,
  giveOpinion,
  review,
  urge,
  withMarks,
} from './collaboration.js';
import type { CaseCommand, CaseCommandOf, CaseCommandType } from './command-schemas.js';
import type { CaseContext, Decider, Drafts } from './context.js';
import { certify, decide, withdraw } from './decision.js';
import { evolveCase } from './evolve.js';
import { confirmPayment, exemptFee, issuePaymentNotice, refundFee } from './fees.js';
import { handleOnTheSpot } from './on-the-spot.js';
import { runningPause } from './procedure-state.js';
import type { CaseState } from './state.js';
import { callBack, fileAway } from './agency.js';
import { deemAccepted, markOverdue } from './duties.js';
import { answerPreReview, applyFormally, confirm, markService, receive, receptionRefusal } from './reception.js';
import { repin, reroute } from './rerouting.js';
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

/** The machine's acts and a word of urging are about the case, not steps in it. */
const besideTheSteps: readonly CaseCommandType[] = ['noteReport', 'urge', 'reroute', 'markOverdue'];

/** The decision on any command; see `caseRules`. */
export function decideCase(state: CaseState | undefined, command: CaseCommand, context: CaseContext): Drafts {
  const refusal = permissionRefusal(state, command.type, context);
  if (refusal !== undefined) return refusal;
  const last = besideTheSteps.includes(command.type) ? undefined : state?.lastOccurredAt;
  const late = timeRefusal(last, context) ?? coverRefusal(state, command, context);
  if (late !== undefined) return late;
  const drafts = dispatch(state, command, context);
  if (!drafts.ok) return drafts;
  const overdue = state === undefined ? [] : overdueDrafts(state, command.type, context);
  return ok([...withMarks(drafts.value, command, context), ...overdue]);
}

type Asker = Pick<CaseContext, 'actor' | 'owner'>;

/** What can be said before anything is known of a command but its type. */
const permissionRefusal = (state: CaseState | undefined, type: CaseCommandType, asker: Asker) =>
  placeRefusal(state, asker) ?? tableRefusal(state, type, asker) ?? receptionRefusal(state, type);

/** Only the owner decides, and not while the case is on its way to another. */
function placeRefusal(state: CaseState | undefined, { owner }: Asker): Result<never> | undefined {
  if (state === undefined) return undefined;
  if (state.owner !== owner) return refuse('case.not-owner', '该件不在本级办理', { owner: state.owner });
  if (state.pendingOffer !== null)
    return refuse('case.handing-over', '该件正在移交，请稍后再办', { to: state.pendingOffer.to });
  return undefined;
}

function tableRefusal(state: CaseState | undefined, type: CaseCommandType, asker: Asker): Result<never> | undefined {
  const cell = caseTable[state?.status ?? 'none'][type];
  if (!cell.allowed) {
    const status = state === undefined ? '不存在' : caseStatuses[state.status];
    return refuse(cell.code, `办件${status}，不能办理此项`, { status: state?.status ?? 'none', command: type });
  }
  const running = state === undefined ? undefined : runningPause(state);
  if (state?.status === 'accepted' && running !== undefined && cell.whilePaused !== true && type !== 'pause')
    return refuse('case.paused', '特别程序尚未结束，请先结束特别程序', { notice: running.noticeNumber });
  if (running !== undefined && type === 'pause')
    return refuse('case.paused', '同一时间只能有一个特别程序', { notice: running.noticeNumber });
  return actorRefusal(state, cell, asker);
}

function actorRefusal(
  state: CaseState | undefined,
  { name, roles, power, from }: CommandSpec,
  { actor, owner }: Asker,
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

type Deciders = { readonly [T in Exclude<CaseCommandType, 'submit'>]: Decider<T> };
const deciders: Deciders = {
  ...{ accept, notAccept, requestSupplement, supplement, handOver, decide, certify, handleOnTheSpot },
  ...{ deliver, rate, withdraw, correct, noteReport },
  ...{ pause, resume, askExtension, decideExtension, recount },
  ...{ review, urge, callConference, giveOpinion, concludeConference },
  ...{ issuePaymentNotice, confirmPayment, exemptFee, refundFee },
  ...{ receive, confirm, answerPreReview, applyFormally, markService, reroute, repin, callBack, fileAway },
  ...{ deemAccepted, markOverdue },
};

function dispatch(state: CaseState | undefined, command: CaseCommand, context: CaseContext): Drafts {
  if (command.type === 'submit') return submit(command, context);
  if (state === undefined) return refuse('case.unknown', '没有这个办件');
  return decideOne(state, command, context);
}

/** The table is by the command's own type, which the compiler cannot follow through an index. */
function decideOne<T extends Exclude<CaseCommandType, 'submit'>>(
  state: CaseState,
  command: CaseCommandOf<T> & { readonly type: T },
  context: CaseContext,
): Drafts {
  const decider = deciders[command.type] as Decider<T>;
  return decider(state, command, context);
}
