import { ok, refuse, type Result } from '@tongban/kernel';
import type { CaseCommandType } from './command-schemas.js';
import { isBlank, lacksMandate, mandateRequired, type Decider } from './context.js';
import { draft } from './entry-schemas.js';
import { hashQueryCode } from './numbers.js';
import { passedMaterials } from './reception-state.js';
import type { CaseState } from './state.js';
import { materialFactsOf, offer, sealedFilesOf } from './submission.js';

/** What the window does with papers, and therefore not with those that nobody has received. */
const windowActs: readonly CaseCommandType[] = [
  ...(['accept', 'notAccept', 'requestSupplement', 'handleOnTheSpot', 'handOver', 'deemAccepted'] as const),
];
const decisions: readonly CaseCommandType[] = ['decide', 'handleOnTheSpot'];

/** An application by telephone is the caller's word until the applicant, or the agent, stands by it. */
export const needsConfirmation = ({ channel, confirmed }: Pick<CaseState, 'channel' | 'confirmed'>): boolean =>
  channel === 'phone' && confirmed === null;

/** What the way a case came in forbids for now. Refusals: case.not-received, case.unconfirmed. */
export function receptionRefusal(state: CaseState | undefined, type: CaseCommandType): Result<never> | undefined {
  if (state?.awaitsWindow === true && windowActs.includes(type))
    return refuse('case.not-received', '自助终端提交的申请须先由窗口接件');
  if (state !== undefined && needsConfirmation(state) && decisions.includes(type))
    return refuse('case.unconfirmed', '电话申请须经申请人或代办员确认后方可作出决定');
  return undefined;
}

/** 接件: from here on the clerk answers for the papers, and the days for the notice begin. */
export const receive: Decider<'receive'> = (state) => {
  if (!state.awaitsWindow) return refuse('case.received', '该件无须接件或已接件');
  const received = draft('case.received', {});
  return ok(state.route.accept === state.owner ? [received] : [received, offer(state.route.accept, 'toAccept')]);
};

export const confirm: Decider<'confirm'> = (state, { queryCode, mandate }, context) => {
  if (!needsConfirmation(state)) return refuse('case.confirmed', '该件无须确认或已经确认');
  if (lacksMandate(context, mandate)) return mandateRequired();
  const told = queryCode !== undefined && hashQueryCode(state.number, queryCode) === state.queryCodeHash;
  if (context.actor.role === 'resident' && !told)
    return refuse('case.query-code', '查询码不正确，请核对电话受理时告知的六位查询码');
  return ok([draft('case.confirmed', {})]);
};

/** One answer with everything that is wrong: what is required and absent cannot be left for later. */
export const answerPreReview: Decider<'answerPreReview'> = (state, command) => {
  const { outcome, faults, text, catalogue } = command;
  if (state.preReview?.answered !== null) return refuse('case.pre-reviewed', '预审意见只能一次告知，不能再次出具');
  const unknown = faults.find(({ material }) => !catalogue.known.includes(material));
  if (unknown !== undefined)
    return refuse('case.material-unknown', `事项没有材料“${unknown.material}”`, { material: unknown.material });
  if (new Set(faults.map(({ material }) => material)).size < faults.length)
    return refuse('request.invalid', '同一材料的问题请合并告知');
  if ((outcome === 'pass') !== (faults.length === 0))
    return refuse('request.invalid', '预审不通过须列明全部问题，通过则不应列有问题', { outcome });
  if (outcome === 'notPass' && isBlank(text)) return refuse('case.reason-required', '预审不通过须写明需要改正的内容');
  const present = new Set(state.materials.map(({ material }) => material));
  const told = new Set(faults.map(({ material }) => material));
  const left = catalogue.required.filter((code) => !present.has(code) && !told.has(code) && !isRelied(state, code));
  if (left.length > 0)
    return refuse('case.material-missing', '缺少的必要材料须在预审意见中一次列明', { missing: left });
  return ok([draft('case.preReviewed', { outcome, faults }, { text })]);
};

/** The applicant goes on: what passed stays the file that was looked at, what did not is replaced. */
export const applyFormally: Decider<'applyFormally'> = (state, { mandate, attachments }, context) => {
  if (lacksMandate(context, mandate)) return mandateRequired();
  const faults = state.preReview?.faults ?? [];
  const pinned = state.preReview?.outcome === null ? [] : passedMaterials(state.materials, faults);
  const passed = attachments.find(({ material }) => pinned.some((pin) => pin.material === material));
  if (passed !== undefined)
    return refuse('case.pre-review-pinned', '预审已通过的材料不能更换', { material: passed.material });
  const unasked = attachments.find(({ material }) => !faults.some((fault) => fault.material === material));
  if (unasked !== undefined)
    return refuse('case.material-unknown', `预审意见未要求材料“${unasked.material}”`, { material: unasked.material });
  const facts = { materials: materialFactsOf(attachments), pinned: [...pinned] };
  return ok([draft('case.appliedFormally', facts, { files: sealedFilesOf(attachments) })]);
};

export const markService: Decider<'markService'> = (state, { mark, granted, reason }) => {
  if (isBlank(reason)) return refuse('case.reason-required', '给予或取消特殊服务须说明理由');
  if (state.marks.some((held) => held.mark === mark) === granted)
    return refuse('case.marked', granted ? '该件已有此项特殊服务' : '该件没有此项特殊服务', { mark });
  return ok([draft('case.marked', { mark, granted }, { reason })]);
};

/** 国令716号 article 7: levels A and B are relied on and not asked for again. */
export const isRelied = ({ known }: Pick<CaseState, 'known'>, material: string): boolean =>
  known.some((each) => each.material === material && (each.trust === 'A' || each.trust === 'B'));
