import { policy } from '@tongban/domain/policy';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import * as s from './schemas.js';
const byClerk = { method: 'POST', command: true } as const;
const replayed = ['request.key-reused'] as const;
const ofTicket = ['ticket.unknown', 'ticket.state', 'ticket.bound', 'hall.window-state', 'hall.window-clerk'] as const;

export const take = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/tickets',
  operationId: 'takeTicket',
  summary: '取号',
  ...policy.takeTicket,
  command: true,
  body: s.ticketWish,
  response: { 201: s.done },
  refusals: [...replayed, 'hall.unknown', 'hall.closed', 'hall.full'],
});
export const ticket = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/tickets/{ticket}',
  operationId: 'getTicket',
  summary: '号的排队情况',
  ...policy.getTicket,
  params: s.ticketParam,
  response: s.ticketView,
  refusals: ['ticket.unknown'],
});
export const recall = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/recall',
  operationId: 'recallTicket',
  ...policy.recallTicket,
  summary: '重呼，或呼叫已过号的人',
  params: s.ticketParam,
  body: s.recallBody,
  response: s.done,
  refusals: [...replayed, ...ofTicket, 'hall.window-busy'],
});
export const service = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/service',
  operationId: 'serveTicket',
  ...policy.serveTicket,
  summary: '开始办理',
  params: s.ticketParam,
  response: s.done,
  refusals: [...replayed, ...ofTicket],
});
export const finish = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/finish',
  operationId: 'finishTicket',
  ...policy.finishTicket,
  summary: '办结本号，并登记所办的件',
  params: s.ticketParam,
  body: s.finishBody,
  response: s.done,
  refusals: [...replayed, ...ofTicket, 'case.unknown'],
});
export const skip = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/skip',
  operationId: 'skipTicket',
  ...policy.skipTicket,
  summary: '过号',
  params: s.ticketParam,
  response: s.done,
  refusals: [...replayed, ...ofTicket],
});
export const transfer = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/transfer',
  operationId: 'transferTicket',
  ...policy.transferTicket,
  summary: '转到其他窗口组',
  params: s.ticketParam,
  body: s.transferBody,
  response: s.done,
  refusals: [...replayed, ...ofTicket],
});
export const noShow = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/no-show',
  operationId: 'noteNoShow',
  ...policy.noteNoShow,
  summary: '登记未到',
  params: s.ticketParam,
  response: s.done,
  refusals: [...replayed, ...ofTicket],
});
export const priority = defineRoute({
  ...byClerk,
  path: '/nodes/{node}/tickets/{ticket}/priority',
  operationId: 'markTicket',
  ...policy.markTicket,
  summary: '优先标记（老弱病残孕、绿色通道）',
  params: s.ticketParam,
  body: s.markBody,
  response: s.done,
  refusals: [...replayed, ...ofTicket],
});
export const cancellation = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/tickets/{ticket}/cancellation',
  operationId: 'cancelTicket',
  summary: '取消取号',
  ...policy.cancelTicket,
  command: true,
  params: s.ticketParam,
  response: s.done,
  refusals: [...replayed, 'ticket.unknown', 'ticket.state'],
});

const ofAppointment = ['appointment.unknown', 'appointment.state', 'appointment.time'] as const;
export const book = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/appointments',
  operationId: 'bookAppointment',
  summary: '预约',
  ...policy.bookAppointment,
  command: true,
  body: s.booking,
  response: { 201: s.booked },
  refusals: [
    ...replayed,
    ...(['hall.unknown', 'hall.closed'] as const),
    ...(['appointment.slot', 'appointment.full', 'appointment.person'] as const),
  ],
});
export const appointment = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/appointments/{number}',
  operationId: 'getAppointment',
  guessable: true,
  summary: '预约查询',
  ...policy.getAppointment,
  params: s.numberParam,
  query: z.object({ code: s.code }),
  response: s.appointmentView,
  refusals: ['appointment.unknown'],
});
export const checkIn = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/appointments/{number}/check-in',
  operationId: 'checkInAppointment',
  guessable: true,
  summary: '凭预约取号',
  ...policy.checkInAppointment,
  command: true,
  params: s.numberParam,
  body: z.object({ code: s.code }),
  response: { 201: s.done },
  refusals: [...replayed, ...ofAppointment, 'hall.unknown', 'hall.full', 'hall.invalid'],
});
export const cancelAppointment = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/appointments/{number}/cancellation',
  operationId: 'cancelAppointment',
  guessable: true,
  summary: '取消预约',
  ...policy.cancelAppointment,
  command: true,
  params: s.numberParam,
  body: z.object({ code: s.code }),
  response: z.object({ number: z.string() }),
  refusals: [...replayed, ...ofAppointment],
});
