import type { RefusalCode, Role } from '@tongban/kernel';

/** A number's states; `none` is one that has not been taken. The value is what people read. */
export const ticketStates = {
  waiting: '等候中',
  called: '请到窗口',
  serving: '办理中',
  skipped: '已过号',
  served: '已办结',
  noShow: '未到',
  cancelled: '已取消',
} as const;
export type TicketState = keyof typeof ticketStates;
export type TicketStage = 'none' | TicketState;
export const ticketStages = ['none', ...Object.keys(ticketStates)] as readonly TicketStage[];

export const ticketActions = [
  'take',
  'call',
  'recall',
  'serve',
  'finish',
  'skip',
  'transfer',
  'noShow',
  'mark',
  'cancel',
] as const;
export type TicketAction = (typeof ticketActions)[number];

export interface ActionSpec {
  readonly name: string;
  /** `anybody`: at the kiosk or with the number's secret address. */
  readonly who: 'anybody' | readonly Role[];
  /** Done by the clerk of the window that has the number. */
  readonly atItsWindow?: true;
}

const clerk = ['clerk'] as const;
export const actionSpecs: Readonly<Record<TicketAction, ActionSpec>> = {
  take: { name: '取号', who: 'anybody' },
  call: { name: '叫号', who: clerk },
  recall: { name: '重呼', who: clerk },
  serve: { name: '开始办理', who: clerk, atItsWindow: true },
  finish: { name: '办结', who: clerk, atItsWindow: true },
  skip: { name: '过号', who: clerk, atItsWindow: true },
  transfer: { name: '转窗', who: clerk, atItsWindow: true },
  noShow: { name: '登记未到', who: clerk },
  mark: { name: '优先标记', who: clerk },
  cancel: { name: '取消', who: 'anybody' },
};

export type TicketCell =
  { readonly allowed: true; readonly leadsTo: TicketState } | { readonly allowed: false; readonly code: RefusalCode };

type Row = Readonly<Record<TicketAction, TicketCell>>;

function row(code: RefusalCode, permitted: Readonly<Partial<Record<TicketAction, TicketState>>>): Row {
  const cells = ticketActions.map((action): [TicketAction, TicketCell] => {
    const leadsTo = permitted[action];
    return [action, leadsTo === undefined ? { allowed: false, code } : { allowed: true, leadsTo }];
  });
  return Object.fromEntries(cells) as Row;
}

/** Every state and action has a cell; a number that is done stays done. */
export const ticketTable: Readonly<Record<TicketStage, Row>> = {
  none: row('ticket.unknown', { take: 'waiting' }),
  waiting: row('ticket.state', { call: 'called', mark: 'waiting', cancel: 'cancelled' }),
  called: row('ticket.state', {
    recall: 'called',
    serve: 'serving',
    skip: 'skipped',
    transfer: 'waiting',
    noShow: 'noShow',
  }),
  serving: row('ticket.state', { finish: 'served', transfer: 'waiting' }),
  skipped: row('ticket.state', { recall: 'called', noShow: 'noShow', cancel: 'cancelled' }),
  served: row('ticket.state', {}),
  noShow: row('ticket.state', {}),
  cancelled: row('ticket.state', {}),
};
