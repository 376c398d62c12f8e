import { policy } from '@tongban/domain/policy';
import { ticketStates, type TicketState } from '@tongban/domain/hall';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import * as s from './schemas.js';

const byClerk = { method: 'POST', command: true } as const;
const replayed = ['request.key-reused'] as const;
const ofWindow = ['hall.unknown', 'hall.window-unknown', 'hall.window-state', 'hall.window-clerk'] as const;

export const publish = defineRoute({
  method: 'PUT',
  path: '/nodes/{node}/halls/{hall}',
  operationId: 'publishHall',
  summary: '发布大厅设置',
  ...policy.publishHall,
  command: true,
  ifMatch: 'optional',
  params: s.hallParam,
  body: s.definition,
  response: z.object({ hall: z.string(), version: z.int() }),
  refusals: [...replayed, 'hall.invalid', 'request.stale'],
});
export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls',
  operationId: 'listHalls',
  summary: '大厅列表',
  ...policy.listHalls,
  response: z.object({ halls: z.array(s.publishedHall) }),
  refusals: [],
});
export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}',
  operationId: 'getHall',
  summary: '大厅',
  ...policy.getHall,
  params: s.hallParam,
  response: s.publishedHall,
  refusals: ['hall.unknown'],
});
export const opening = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/halls/{hall}/windows/{window}/opening',
  operationId: 'openWindow',
  ...policy.openWindow,
  summary: '开放窗口',
  params: s.windowParam,
  response: z.object({ window: z.string(), open: z.boolean() }),
  refusals: [...replayed, ...ofWindow],
});
export const closing = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/halls/{hall}/windows/{window}/closing',
  operationId: 'closeWindow',
  summary: '关闭窗口',
  ...policy.closeWindow,
  params: s.windowParam,
  response: z.object({ window: z.string(), open: z.boolean() }),
  refusals: [...replayed, ...ofWindow, 'hall.window-busy'],
});
export const call = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/halls/{hall}/windows/{window}/call',
  operationId: 'callNextTicket',
  ...policy.callNextTicket,
  summary: '叫下一个号',
  params: s.windowParam,
  response: s.done,
  refusals: [...replayed, ...ofWindow, 'hall.window-busy', 'hall.nobody-waiting', 'ticket.bound'],
});
export const display = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/display',
  operationId: 'getHallDisplay',
  summary: '大厅屏显',
  ...policy.getHallDisplay,
  params: s.hallParam,
  response: s.displayView,
  refusals: ['hall.unknown'],
});
export const events = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/display/events',
  operationId: 'followHallDisplay',
  summary: '大厅屏显事件流（text/event-stream）',
  ...policy.followHallDisplay,
  params: s.hallParam,
  response: 'bytes',
  refusals: ['hall.unknown', 'service.busy'],
});
export const figures = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/figures',
  operationId: 'getHallFigures',
  summary: '大厅统计：等候和办理时间',
  ...policy.getHallFigures,
  params: s.hallParam,
  query: z.object({ from: s.date, to: s.date }),
  response: s.figures,
  refusals: [],
});
export const tickets = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/tickets',
  operationId: 'listTickets',
  summary: '今日号列表',
  ...policy.listTickets,
  params: s.hallParam,
  query: z.object({ state: z.enum(Object.keys(ticketStates) as [TicketState]).optional() }),
  response: s.ticketList,
  refusals: [],
});
export const appointments = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/appointments',
  operationId: 'listAppointments',
  summary: '某日预约列表',
  ...policy.listAppointments,
  params: s.hallParam,
  query: z.object({ day: s.date }),
  response: z.object({ appointments: z.array(s.appointmentView) }),
  refusals: [],
});
export const slots = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/halls/{hall}/slots',
  operationId: 'listFreeSlots',
  summary: '可预约时段',
  ...policy.listFreeSlots,
  params: s.hallParam,
  query: z.object({
    day: s.date,
    group: s.hallCode.optional(),
    item: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
  }),
  response: s.slotsAnswer,
  refusals: ['hall.unknown'],
});
