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
const billed = ({ choice: _choice, measured: _measured, maxQuantity: _max, ...line }: FeeLine, quantity: number) => ({
  ...line,
  quantity,
});

/** True when what is owed follows from the standards alone: nothing to choose, nothing to count. */
const isFixed = ({ choice, measured }: FeeLine): boolean => choice === undefined && measured !== true;

/** What a person asks to be billed: a project of the item, and how many units of it. */
export interface AskedProject {
  readonly code: string;
  readonly quantity?: number | undefined;
}

/**
 * The lines of a notice. All projects of an item with fixed standards when nothing is asked. Refusals: request.invalid,
 * fee.none, fee.choice (nothing or too much chosen, quantity missing or beyond the standard), fee.amount.
 */
export function billedLines(standards: readonly FeeLine[], asked?: readonly AskedProject[]): Result<BilledLine[]> {
  if (asked === undefined && !standards.every(isFixed))
    return refuse('fee.choice', '收费项目须由窗口选定，并填写计费数量', {
      projects: standards.map(({ code }) => code),
    });
  const wanted: readonly AskedProject[] = asked ?? standards.map(({ code }) => ({ code }));
  if (new Set(wanted.map(({ code }) => code)).size < wanted.length)
    return refuse('request.invalid', '同一收费项目只能列一次，数量请合并');
  const lines: BilledLine[] = [];
  const chosen = new Set<string>();
  for (const { code, quantity } of wanted) {
    const line = standards.find((standard) => standard.code === code);
    if (line === undefined) return refuse('fee.none', `事项没有收费项目“${code}”`, { project: code });
    const { choice, measured, maxQuantity } = line;
    if (choice !== undefined && chosen.has(choice))
      return refuse('fee.choice', `“${line.name}”与已选项目只能择一收取`, { project: code });
    if (choice !== undefined) chosen.add(choice);
    if (measured === true && quantity === undefined)
      return refuse('fee.choice', `“${line.name}”按量计费，须填写数量`, { project: code });
    if (maxQuantity !== undefined && (quantity ?? 1) > maxQuantity)
      return refuse('fee.choice', `“${line.name}”最多计 ${maxQuantity} ${line.unit ?? '份'}`, {
        project: code,
        maxQuantity,
      });
    lines.push(billed(line, quantity ?? 1));
  }
  const amountFen = sumOf(lines);
  if (amountFen > maxAmountFen) return refuse('fee.amount', '缴款金额超过上限，请核对数量', { amountFen });
  return ok(standards.flatMap(({ code }) => lines.find((line) => line.code === code) ?? []));
}

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
  const lines = billedLines(standards, projects);
  if (!lines.ok) return lines;
  const noticeNumber = documentNumber('JK', sequence, context);
  return ok([draft('case.feeNoticed', { noticeNumber, lines: lines.value, amountFen: sumOf(lines.value) })]);
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
  const standards = state.item.fees ?? [];
  if (notice === null && !standards.every(isFixed))
    return refuse('fee.not-noticed', '按量或择一计费的，先开具缴款通知书核定金额，再办理减免');
  const document = documentNumber('JM', sequence, context);
  const amountFen = notice?.amountFen ?? sumOf(standards.map((line) => billed(line, 1)));
  const noticed = notice === null ? {} : { noticeNumber: notice.number };
  return ok([draft('case.feeExempted', { documentNumber: document, ...noticed, amountFen, legalBasis }, { reason })]);
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
