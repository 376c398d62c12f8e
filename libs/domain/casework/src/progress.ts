import { dayNumber, localDate, startOfLocalDate, type DueDate, type LocalDate } from '@tongban/domain/calendar';
import {
  caseStatuses,
  closings,
  deliveryMethods,
  nonAcceptanceReasons,
  refusalReasons,
  type CaseStatus,
  type Closing,
} from './codes.js';
import { stepOf } from './clock.js';
import { specialProcedures, type FeeMovementKind } from './procedure-codes.js';
import { openConference, runningPause } from './procedure-state.js';
import { needsConfirmation } from './reception.js';
import type { CaseState } from './state.js';

const fenPerYuan = 100;

/** Every step that a resident may be told of, by its code. */
export const progressSteps = {
  preReviewAsked: '申请预审',
  preReviewAnswered: '预审答复',
  applied: '提交申请',
  supplementAsked: '告知补正',
  supplemented: '补正材料',
  accepted: '受理',
  reviewed: '审核',
  hearingBegan: `${specialProcedures.hearing}开始`,
  hearingEnded: `${specialProcedures.hearing}结束`,
  inspectionBegan: `${specialProcedures.inspection}开始`,
  inspectionEnded: `${specialProcedures.inspection}结束`,
  appraisalBegan: `${specialProcedures.appraisal}开始`,
  appraisalEnded: `${specialProcedures.appraisal}结束`,
  expertReviewBegan: `${specialProcedures.expertReview}开始`,
  expertReviewEnded: `${specialProcedures.expertReview}结束`,
  publicNoticeBegan: `${specialProcedures.publicNotice}开始`,
  publicNoticeEnded: `${specialProcedures.publicNotice}结束`,
  siteSurveyBegan: `${specialProcedures.siteSurvey}开始`,
  siteSurveyEnded: `${specialProcedures.siteSurvey}结束`,
  conferred: '会审',
  returned: '退回上一环节',
  extended: '申请延长期限并获批准',
  feeNoticed: '开具缴款通知书',
  feePaid: '缴费',
  feeExempted: '减免费用',
  feeRefunded: '退费',
  decided: '作出决定',
  closed: '办结',
  closedCertified: closings.certified,
  closedApproved: closings.approved,
  closedRefused: closings.refused,
  closedNotAccepted: closings.notAccepted,
  closedWithdrawn: closings.withdrawn,
  delivered: '送达',
} as const;
export type ProgressStepCode = keyof typeof progressSteps;

const closingSteps: Readonly<Record<Closing, ProgressStepCode>> = {
  certified: 'closedCertified',
  approved: 'closedApproved',
  refused: 'closedRefused',
  notAccepted: 'closedNotAccepted',
  withdrawn: 'closedWithdrawn',
};

export interface ProgressStep {
  readonly code: ProgressStepCode;
  readonly name: string;
  readonly date: LocalDate;
}

/** What anybody with number and query code is told: words and dates, no person, no file. */
export interface Progress {
  readonly number: string;
  readonly itemName: string;
  readonly status: string;
  readonly statusCode: CaseStatus;
  readonly text: string;
  readonly steps: readonly ProgressStep[];
  /** Closed, and the applicant has not said yet what it was like. */
  readonly canRate: boolean;
}

const spoken = (date: LocalDate): string => {
  dayNumber(date);
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
};

const spokenDue = ({ date, provisional }: DueDate): string =>
  provisional ? `${spoken(date)}（该年度放假安排尚未公布，日期可能调整）` : spoken(date);

const promise = ({ promisedDue }: CaseState): string =>
  promisedDue === null ? '' : `，承诺在${spokenDue(promisedDue)}前办结`;

/** What stands still, was extended or is being waited for between acceptance and decision. */
function handlingText(state: CaseState): string {
  const running = runningPause(state);
  if (running !== undefined)
    return `已受理，正在进行${specialProcedures[running.procedure]}，所需时间不超过${running.workingDays}个工作日，不计入办理期限。`;
  const extended = state.extension?.outcome === 'granted' ? '办理期限已依法延长。' : '';
  const meeting = openConference(state) === undefined ? '' : '有关部门正在会审。';
  return `已受理，${stepOf(state) === 'review' ? '正在初审' : '正在办理'}${promise(state)}。${extended}${meeting}`;
}

const yuan = (amountFen: number): string => (amountFen / fenPerYuan).toFixed(2);

/** What the applicant has to pay, or has paid; nothing where nothing is charged. */
function feeText({ fee, status }: CaseState): string {
  if (status === 'closed') return fee.movements.at(-1)?.kind === 'refunded' ? '已缴费用已退还。' : '';
  if (fee.notice === null) return '';
  if (fee.status === 'paid') return `费用${yuan(fee.notice.amountFen)}元已缴清。`;
  return fee.status === 'exempted'
    ? '费用已减免。'
    : `请凭缴款通知书${fee.notice.number}到收费窗口或网上缴费${yuan(fee.notice.amountFen)}元，到账后发放办理结果。`;
}

function closingText(state: CaseState): string {
  const where =
    state.delivered === null
      ? '请等候送达或到窗口领取'
      : `已于${spoken(localDate(state.delivered.deliveredAt))}送达（${deliveryMethods[state.delivered.method]}）`;
  switch (state.closing) {
    case 'certified':
      return `已办结，准予办理，${state.certificate?.resultName ?? '办理结果'}已制作完成，${where}。`;
    case 'approved':
      return state.delivered === null ? '已办结，准予办理。' : `已办结，准予办理，${where}。`;
    case 'refused': {
      const reason = state.decision?.reasonCode ?? null;
      const why = reason === null || reason === 'other' ? '' : `，原因：${refusalReasons[reason]}`;
      return `已办结，决定不予许可${why}。具体理由和救济途径以决定书为准。`;
    }
    case 'notAccepted': {
      const reason = state.nonAcceptance?.reasonCode ?? 'other';
      const why = reason === 'other' ? '' : `，原因：${nonAcceptanceReasons[reason]}`;
      return `不予受理${why}。具体理由以不予受理决定书为准。`;
    }
    case 'withdrawn':
      return '申请已由申请人撤回，不再办理。';
    case null:
      return '已办结。';
  }
}

const confirmationText = (state: CaseState): string =>
  needsConfirmation(state) ? '您的电话申请须凭查询码或由代办员确认后才能作出决定。' : '';

function preReviewText({ preReview }: CaseState): string {
  if (preReview?.outcome === 'pass') return '预审已通过，请提出正式申请；预审时间不计入办理期限。';
  return preReview?.outcome === 'notPass'
    ? `预审未通过，共 ${preReview.faults.length} 项材料需要改正，改正后可提出正式申请。`
    : '材料正在预审，预审不计入办理期限。';
}

function progressText(state: CaseState): string {
  const moving = state.pendingOffer === null ? '' : '目前正在转交有权机关。';
  switch (state.status) {
    case 'preReview':
      return preReviewText(state);
    case 'submitted':
      if (state.awaitsWindow) return '申请已在自助终端提交，请到窗口交验材料。';
      return `申请已提交，等待受理机关审查材料。${confirmationText(state)}${moving}`;
    case 'supplementing': {
      const count = state.supplements.at(-1)?.materials.length ?? 0;
      return `材料需要补正，共 ${count} 项，请按补正告知书一次补齐，补齐后继续办理。${moving}`;
    }
    case 'accepted':
      return `${handlingText(state)}${confirmationText(state)}${feeText(state)}${moving}`;
    case 'approved':
      return `已准予办理，正在制作${state.item.resultName === '' ? '办理结果' : state.item.resultName}。${feeText(state)}${moving}`;
    case 'closed':
      return `${closingText(state)}${feeText(state)}`;
  }
}

interface TimedStep {
  readonly code: ProgressStepCode;
  readonly at: number;
}

function reviewSteps(state: CaseState): TimedStep[] {
  const steps: TimedStep[] = state.reviews.map(({ at }) => ({ code: 'reviewed', at }));
  for (const { procedure, from, endedOn } of state.pauses) {
    steps.push({ code: `${procedure}Began`, at: startOfLocalDate(from) });
    if (endedOn !== null) steps.push({ code: `${procedure}Ended`, at: startOfLocalDate(endedOn) });
  }
  for (const { concludedAt } of state.conferences)
    if (concludedAt !== null) steps.push({ code: 'conferred', at: concludedAt });
  for (const { at } of state.returns) steps.push({ code: 'returned', at });
  if (state.extension?.outcome === 'granted') steps.push({ code: 'extended', at: state.extension.askedAt });
  return steps;
}

const feeStepOf: Partial<Record<FeeMovementKind, ProgressStepCode>> = {
  noticed: 'feeNoticed',
  paid: 'feePaid',
  exempted: 'feeExempted',
  refunded: 'feeRefunded',
};

const feeSteps = ({ fee }: CaseState): TimedStep[] =>
  fee.movements.flatMap(({ kind, on }) => {
    const code = feeStepOf[kind];
    return code === undefined ? [] : [{ code, at: startOfLocalDate(on) }];
  });

function stepsOf(state: CaseState): ProgressStep[] {
  const { preReview } = state;
  const steps: TimedStep[] = [{ code: preReview === null ? 'applied' : 'preReviewAsked', at: state.submittedAt }];
  if (preReview !== null && preReview.answered !== null)
    steps.push({ code: 'preReviewAnswered', at: preReview.answered.at });
  if (preReview !== null && preReview.appliedAt !== null) steps.push({ code: 'applied', at: preReview.appliedAt });
  for (const { requestedAt, suppliedAt } of state.supplements) {
    steps.push({ code: 'supplementAsked', at: requestedAt });
    if (suppliedAt !== null) steps.push({ code: 'supplemented', at: suppliedAt });
  }
  if (state.acceptedAt !== null) steps.push({ code: 'accepted', at: state.acceptedAt });
  const between = [...reviewSteps(state), ...feeSteps(state)];
  if (state.decidedAt !== null) between.push({ code: 'decided', at: state.decidedAt });
  steps.push(...between.sort((a, b) => a.at - b.at));
  if (state.closedAt !== null)
    steps.push({ code: state.closing === null ? 'closed' : closingSteps[state.closing], at: state.closedAt });
  if (state.delivered !== null) steps.push({ code: 'delivered', at: state.delivered.deliveredAt });
  return steps.map(({ code, at }) => ({ code, name: progressSteps[code], date: localDate(at) }));
}

export const describeProgress = (state: CaseState): Progress => ({
  number: state.number,
  itemName: state.item.name,
  status: caseStatuses[state.status],
  statusCode: state.status,
  text: progressText(state),
  steps: stepsOf(state),
  canRate: state.status === 'closed' && state.ratings.every(({ channel }) => channel === 'systemDefault'),
});
