import { localDate } from '@tongban/domain/calendar';
import { ok, refuse, type Draft } from '@tongban/kernel';
import { documentNumber, isBlank, lacksMandate, mandateRequired, type CaseContext, type Decider } from './context.js';
import { dueAfter, noticeExpired } from './deadlines.js';
import { draft } from './entry-schemas.js';
import { isRelied } from './reception.js';
import type { CaseState } from './state.js';
import { materialFactsOf, sealedFilesOf } from './submission.js';

export const isDeemedAccepted = (state: CaseState, { calendar, now }: CaseContext): boolean =>
  state.status === 'submitted' && state.receivedAt !== null && noticeExpired(calendar, state.receivedAt, now);

const deemedAccepted = () =>
  refuse('case.deemed-accepted', '收到材料已超过五个工作日，未一次告知补正，依法视为已受理，只能受理后办理');

/** The limits count from today, or from the day the papers came when the five days have gone by in silence. */
export const accept: Decider<'accept'> = (state, { sequence, catalogue }, context) => {
  const present = new Set(state.materials.map(({ material }) => material));
  const missing = catalogue.required.filter((code) => !present.has(code) && !isRelied(state, code));
  if (missing.length > 0) return refuse('case.material-missing', '必要材料不齐，请一次告知补正', { missing });
  return ok([acceptance(state, sequence, context)]);
};

export function acceptance(state: CaseState, sequence: number, context: CaseContext): Draft {
  const { calendar, now } = context;
  const { statutoryDays, promisedDays, timeUnit } = state.item;
  const from = isDeemedAccepted(state, context) ? (state.receivedAt ?? now) : now;
  const acceptedOn = localDate(from);
  return draft('case.accepted', {
    documentNumber: documentNumber('SL', sequence, context),
    acceptedOn,
    promisedDue: dueAfter(calendar, { from: acceptedOn, days: promisedDays, unit: timeUnit }),
    statutoryDue: dueAfter(calendar, { from: acceptedOn, days: statutoryDays, unit: timeUnit }),
  });
}

export const notAccept: Decider<'notAccept'> = (state, { sequence, reasonCode, reason, legalBasis }, context) => {
  if (isBlank(reason) || isBlank(legalBasis)) return refuse('case.reason-required', '不予受理须书面说明理由和法律依据');
  if (reasonCode === 'notSupplemented' && state.status !== 'supplementing')
    return refuse('case.state', '该件不在补正期间，不能以逾期未补正为由不予受理');
  if (isDeemedAccepted(state, context)) return deemedAccepted();
  const facts = { documentNumber: documentNumber('BY', sequence, context), reasonCode, legalBasis };
  return ok([draft('case.notAccepted', facts, { reason })]);
};

export const requestSupplement: Decider<'requestSupplement'> = (state, command, context) => {
  if (isBlank(command.text)) return refuse('case.reason-required', '须写明需要补正的全部内容');
  const unknown = command.materials.find((code) => !command.catalogue.known.includes(code));
  if (unknown !== undefined) return refuse('case.material-unknown', `事项没有材料“${unknown}”`, { material: unknown });
  const known = command.materials.filter((code) => isRelied(state, code));
  if (known.length > 0)
    return refuse('case.material-known', '可通过信息共享或以往办件获取的材料，不得要求申请人重复提交', { known });
  if (isDeemedAccepted(state, context)) return deemedAccepted();
  const noticeNumber = documentNumber('BZ', command.sequence, context);
  const materials = [...new Set(command.materials)];
  return ok([draft('case.supplementRequested', { noticeNumber, materials }, { text: command.text })]);
};

/** All that was asked for and nothing else: a part would only lead to a second notice. */
export const supplement: Decider<'supplement'> = (state, { mandate, attachments }, context) => {
  if (lacksMandate(context, mandate)) return mandateRequired();
  const asked = state.supplements.at(-1)?.materials ?? [];
  const unknown = attachments.find(({ material }) => !asked.includes(material));
  if (unknown !== undefined)
    return refuse('case.material-unknown', `补正告知书未要求材料“${unknown.material}”`, { material: unknown.material });
  const missing = asked.filter((code) => !attachments.some(({ material }) => material === code));
  if (missing.length > 0) return refuse('case.material-missing', '补正材料不齐', { missing });
  return ok([
    draft('case.supplemented', { materials: materialFactsOf(attachments) }, { files: sealedFilesOf(attachments) }),
  ]);
};
