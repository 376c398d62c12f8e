import { localDate } from '@tongban/domain/calendar';
import { ok, refuse, type Result } from '@tongban/kernel';
import { documentNumber, isBlank, type Decider } from './context.js';
import { draft } from './entry-schemas.js';
import { maxAmountFen, type BilledLine, type FeeLine } from './fields.js';
import type { CaseState } from './state.js';

/** The department in the token of those who sit at the fee counter. */
export const feeCounterDepartment = 'fee-counter';

const sumOf = (lines: readonly BilledLine[]): number =>
  lines.reduce((sum, { amountFen, quantity }) => sum + amountFen * quantity, 0);
const once = (line: FeeLine): BilledLine => ({ ...line, quantity: 1 });

/** True when something has to be paid, or exempted, before a result is issued. */
export const isCharged = ({ item }: Pick<CaseState, 'item'>): boolean =>
  (item.fees ?? []).length > 0 || item.regime === 'feeCounter';

/** 收费分离: what is charged has to be confirmed by the fee counter before the result leaves the house. */
export function unpaidRefusal(state: CaseState): Result<never> | undefined {
  const { status, notice } = state.fee;
  if (!isCharged(state) || status === 'paid' || status === 'exempted') return undefined;
  return notice === null
    ? refuse('fee.unpaid', '该事项收费，须先开具缴款通知书并确认到账，或依法减免')
    : refuse('fee.unpaid', '缴款通知书尚未确认到账', { notice: notice.number });
}

/** The published standards times the units and nothing else: nobody types an amount. */
export const issuePaymentNotice: Decider<'issuePaymentNotice'> = (state, { projects, sequence }, context) => {
  const standards = state.item.fees ?? [];
  if (standards.length === 0) return refuse('fee.none', '该事项没有公布的收费标准，不得收费');
  if (state.fee.status === 'noticed')
    return refuse('fee.noticed', '已开具缴款通知书', { notice: state.fee.notice?.number ?? '' });
  if (state.fee.status !== 'unbilled') return refuse('fee.settled', '费用已缴清或已减免');
  const asked = projects ?? standards.map(({ code }) => ({ code, quantity: 1 }));
  const unknown = asked.find(({ code }) => !standards.some((line) => line.code === code))?.code;
  if (unknown !== undefined) return refuse('fee.none', `事项没有收费项目“${unknown}”`, { project: unknown });
  if (new Set(asked.map(({ code }) => code)).size < asked.length)
    return refuse('request.invalid', '同一收费项目只能列一次，数量请合并');
  const lines = standards.flatMap((line) => {
    const wanted = asked.find(({ code }) => code === line.code);
    return wanted === undefined ? [] : [{ ...line, quantity: wanted.quantity ?? 1 }];
  });
  if (sumOf(lines) > maxAmountFen)
    return refuse('fee.amount', '缴款金额超过上限，请核对数量', { amountFen: sumOf(lines) });
  const noticeNumber = documentNumber('JK', sequence, context);
  return ok([draft('case.feeNoticed', { noticeNumber, lines, amountFen: sumOf(lines) })]);
};

export const confirmPayment: Decider<'confirmPayment'> = (state, command, { actor, now }) => {
  const { noticeNumber, amountFen, method, receiptNumber, payer, department } = command;
  const { status, notice } = state.fee;
  if (actor.role === 'system' ? method !== 'provider' : method !== 'counter' || department !== feeCounterDepartment)
    return refuse('fee.counter', '现场缴费由收费窗口确认，网上缴费由支付平台确认', { method });
  if (status === 'paid' || status === 'exempted') return refuse('fee.settled', '费用已缴清或已减免，不能重复缴费');
  if (notice === null || notice.number !== noticeNumber)
    return refuse('fee.not-noticed', '没有这份待缴的缴款通知书', { notice: noticeNumber });
  if (notice.issuedBy === actor.subject) return refuse('case.same-person', '开具缴款通知书的人不得收款');
  if (notice.amountFen !== amountFen)
    return refuse('fee.amount', '实收金额与缴款通知书不符', { amountFen: notice.amountFen });
  const facts = { noticeNumber, amountFen, method, receiptNumber, paidOn: localDate(now) };
  return ok([payer === undefined ? draft('case.feePaid', facts) : draft('case.feePaid', facts, { payer })]);
};

export const exemptFee: Decider<'exemptFee'> = (state, { legalBasis, reason, sequence }, context) => {
  const { status, notice } = state.fee;
  if (!isCharged(state)) return refuse('fee.none', '该事项不收费，无须减免');
  if (status === 'paid' || status === 'exempted') return refuse('fee.settled', '费用已缴清或已减免');
  if (isBlank(legalBasis) || isBlank(reason)) return refuse('case.reason-required', '减免费用须说明依据和理由');
  if (notice?.issuedBy === context.actor.subject) return refuse('case.same-person', '开具缴款通知书的人不得批准减免');
  const document = documentNumber('JM', sequence, context);
  const amountFen = notice?.amountFen ?? sumOf((state.item.fees ?? []).map(once));
  const billed = notice === null ? {} : { noticeNumber: notice.number };
  return ok([draft('case.feeExempted', { documentNumber: document, ...billed, amountFen, legalBasis }, { reason })]);
};

/** All that was paid, back to who paid it; approved by somebody other than who took it. */
export const refundFee: Decider<'refundFee'> = (state, { reasonCode, reason, sequence }, context) => {
  const { status, notice, movements } = state.fee;
  if (status !== 'paid' || notice === null) return refuse('fee.not-noticed', '没有可以退还的缴款');
  if (isBlank(reason)) return refuse('case.reason-required', '退费须说明理由');
  const paid = movements.findLast(({ kind }) => kind === 'paid');
  if (paid?.by === context.actor.subject) return refuse('case.same-person', '收款人不得批准退费');
  const facts = {
    documentNumber: documentNumber('TF', sequence, context),
    noticeNumber: notice.number,
    amountFen: notice.amountFen,
    reasonCode,
  };
  return ok([draft('case.feeRefunded', facts, { reason })]);
};
