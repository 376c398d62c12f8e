import { isLocalDate } from '@tongban/domain/calendar';
import {
  appointmentStates,
  hallDefinitionSchema,
  lanes,
  priorityMarks,
  ticketStates,
  type AppointmentState,
  type Lane,
  type PriorityMark,
  type TicketState,
} from '@tongban/domain/hall';
import { z } from 'zod';

const keysOf = <K extends string>(names: Readonly<Record<K, string>>): [K, ...K[]] => Object.keys(names) as [K, ...K[]];
const state = z.enum(keysOf<TicketState>(ticketStates));
const lane = z.enum(keysOf<Lane>(lanes));
const mark = z.enum(keysOf<PriorityMark>(priorityMarks));

export const date = z.string().refine(isLocalDate, '日期格式为 YYYY-MM-DD');
export const hallCode = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
export const hallParam = z.object({ hall: hallCode });
export const windowNumber = z.string().regex(/^[0-9A-Z]{1,6}$/);
export const windowParam = hallParam.extend({ window: windowNumber });
export const ticketParam = z.object({ ticket: z.uuid() });
export const numberParam = z.object({ number: z.string().regex(/^YY\d{13}$/) });
export const code = z.string().regex(/^\d{6}$/);
const groupCode = hallCode;

export const definition = hallDefinitionSchema;
export const publishedHall = z
  .object({ hall: z.string(), version: z.int(), definition: hallDefinitionSchema })
  .meta({ id: 'Hall' });

const queue = {
  hall: hallCode,
  group: groupCode.optional().meta({ description: '窗口组；不填时按事项确定' }),
  item: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
};
/** What somebody may say of themselves; the green channel is granted by staff. */
const ownMark = z.enum(keysOf<PriorityMark>(priorityMarks)).exclude(['greenChannel']);
export const ticketWish = z.object({ ...queue, mark: ownMark.optional() }).meta({ id: 'TicketWish' });
export const markBody = z.object({ mark: mark.nullable().meta({ description: 'null 取消优先标记' }) });
export const recallBody = z.object({ window: windowNumber });
export const transferBody = z.object({ group: groupCode });
const maxCases = 20;
export const finishBody = z.object({ cases: z.array(z.uuid()).max(maxCases).default([]) });

const ticketShape = {
  ticket: z.uuid(),
  hall: z.string(),
  group: z.string(),
  number: z.string(),
  state,
  lane,
  mark: mark.nullable(),
  window: z.string().nullable(),
  takenAt: z.iso.datetime(),
  ahead: z.int().nullable().meta({ description: '同一队列中排在前面的人数' }),
  estimatedMinutes: z.int().nullable(),
  isOver: z.boolean(),
};
export const ticketView = z.object({ ...ticketShape, cases: z.array(z.uuid()) }).meta({ id: 'Ticket' });
export const ticketList = z.object({ tickets: z.array(z.object(ticketShape)) });
export const done = z.object({ ticket: z.uuid(), number: z.string() }).meta({ id: 'TicketDone' });

export const booking = z
  .object({
    ...queue,
    day: date,
    start: z.string().regex(/^\d{2}:\d{2}$/),
    identityNumber: z
      .string()
      .regex(/^[0-9A-Za-z]{4,32}$/)
      .meta({ description: '只用于限制重复预约，不保存原文' }),
  })
  .meta({ id: 'Booking' });
export const booked = z
  .object({ number: z.string(), code: z.string(), day: z.string(), start: z.string() })
  .meta({ id: 'Booked' });
export const appointmentView = z
  .object({
    ...{ number: z.string(), hall: z.string(), group: z.string(), day: z.string(), start: z.string() },
    startsAt: z.iso.datetime(),
    state: z.enum(keysOf<AppointmentState>(appointmentStates)),
    ticket: z.uuid().nullable(),
  })
  .meta({ id: 'Appointment' });
export const slotsAnswer = z.object({
  slots: z.array(z.object({ start: z.string(), end: z.string(), free: z.int() })),
});

export const displayView = z
  .object({
    hall: z.string(),
    name: z.string(),
    called: z.array(z.object({ number: z.string(), window: z.string(), group: z.string(), state, calls: z.int() })),
    groups: z.array(
      z.object({
        ...{ group: z.string(), name: z.string(), openWindows: z.int(), waiting: z.int() },
        estimatedMinutes: z.int(),
      }),
    ),
    notices: z.array(z.object({ title: z.string(), text: z.string() })).meta({ description: '今日公告' }),
    today: z.object({ taken: z.int(), served: z.int() }).meta({ description: '今日取号数和办结数' }),
  })
  .meta({ id: 'HallDisplay' });

const seconds = z.int().nullable();
export const figures = z
  .object({
    figures: z.array(
      z.object({
        ...{ day: z.string(), group: z.string(), taken: z.int(), appointments: z.int(), priority: z.int() },
        ...{ served: z.int(), noShow: z.int(), cancelled: z.int() },
        ...{ averageWaitSeconds: seconds, longWaitSeconds: seconds, averageServiceSeconds: seconds },
      }),
    ),
  })
  .meta({ id: 'HallFigures' });
