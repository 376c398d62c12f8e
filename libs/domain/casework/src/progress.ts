import { dayNumber, localDate, type DueDate, type LocalDate } from '@tongban/domain/calendar';
import { caseStatuses, closings, deliveryMethods, nonAcceptanceReasons, refusalReasons } from './codes.js';
import type { CaseState } from './state.js';

export interface ProgressStep {
  readonly name: string;
  readonly date: LocalDate;
}

/** What anybody with number and query code is told: words and dates, no person, no file. */
export interface Progress {
  readonly number: string;
  readonly itemName: string;
  readonly status: string;
  readonly text: string;
  readonly steps: readonly ProgressStep[];
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

function progressText(state: CaseState): string {
  const moving = state.pendingOffer === null ? '' : '目前正在转交有权机关。';
  switch (state.status) {
    case 'submitted':
      return `申请已提交，等待受理机关审查材料。${moving}`;
    case 'supplementing': {
      const count = state.supplements.at(-1)?.materials.length ?? 0;
      return `材料需要补正，共 ${count} 项，请按补正告知书一次补齐，补齐后继续办理。${moving}`;
    }
    case 'accepted':
      return `已受理，正在办理${promise(state)}。${moving}`;
    case 'approved':
      return `已准予办理，正在制作${state.item.resultName === '' ? '办理结果' : state.item.resultName}。${moving}`;
    case 'closed':
      return closingText(state);
  }
}

function stepsOf(state: CaseState): ProgressStep[] {
  const steps: { name: string; at: number }[] = [{ name: '提交申请', at: state.submittedAt }];
  for (const { requestedAt, suppliedAt } of state.supplements) {
    steps.push({ name: '告知补正', at: requestedAt });
    if (suppliedAt !== null) steps.push({ name: '补正材料', at: suppliedAt });
  }
  if (state.acceptedAt !== null) steps.push({ name: '受理', at: state.acceptedAt });
  if (state.decidedAt !== null) steps.push({ name: '作出决定', at: state.decidedAt });
  if (state.closedAt !== null)
    steps.push({ name: state.closing === null ? '办结' : closings[state.closing], at: state.closedAt });
  if (state.delivered !== null) steps.push({ name: '送达', at: state.delivered.deliveredAt });
  return steps.map(({ name, at }) => ({ name, date: localDate(at) }));
}

export const describeProgress = (state: CaseState): Progress => ({
  number: state.number,
  itemName: state.item.name,
  status: caseStatuses[state.status],
  text: progressText(state),
  steps: stepsOf(state),
});
