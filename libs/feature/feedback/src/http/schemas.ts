import { isLocalDate } from '@tongban/domain/calendar';
import {
  feedbackClosings,
  feedbackCommandSchemas as commands,
  feedbackKinds,
  feedbackStatuses,
  type FeedbackClosing,
  type FeedbackKind,
  type FeedbackStatus,
} from '@tongban/domain/feedback';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { figureGroups, type FigureGroup } from '../store/figures-store.js';

const keysOf = <K extends string>(names: Readonly<Record<K, unknown>>): [K, ...K[]] =>
  Object.keys(names) as [K, ...K[]];
export const kind = z.enum(keysOf<FeedbackKind>(feedbackKinds));
export const status = z.enum(keysOf<FeedbackStatus>(feedbackStatuses));
const closing = z.enum(keysOf<FeedbackClosing>(feedbackClosings));
const date = z.string().refine(isLocalDate, '日期格式为 YYYY-MM-DD');
const dueDate = z.object({ date: z.string(), provisional: z.boolean() });

export const recordParam = z.object({ record: z.uuid() });
export const numberParam = z.object({ number: z.string().max(40) });
/** Eight digits of feedback; six where the number is that of a case whose bad rating is followed up. */
export const code = z.string().regex(/^\d{8}$|^\d{6}$/);
/** Least sight: whoever does not say what for sees the ends of names and numbers. */
export const sight = z
  .object({
    full: z.stringbool().default(false).meta({ description: 'true 显示全部内容，须说明事由；缺省为脱敏显示' }),
    purpose: z.string().min(2).max(200).optional().meta({ description: '查看事由，记入查阅记录' }),
  })
  .refine(({ full, purpose }) => !full || purpose !== undefined, {
    path: ['purpose'],
    message: '查看完整内容须说明事由',
  });

/** What each act takes from its caller. */
export const bodies = {
  accept: commands.accept.omit({ type: true }),
  notAccept: commands.notAccept.omit({ type: true }),
  forward: commands.forward.omit({ type: true, content: true }),
  assign: commands.assign.omit({ type: true }),
  callBack: commands.callBack.omit({ type: true }),
  classify: commands.classify.omit({ type: true }),
  decideExclusion: commands.decideExclusion.omit({ type: true }),
  rectify: commands.rectify.omit({ type: true }),
  explain: commands.explain.omit({ type: true }),
  investigate: commands.investigate.omit({ type: true }),
  answer: commands.answer.omit({ type: true }),
  review: commands.review.omit({ type: true }),
  close: commands.close.omit({ type: true }),
  extend: commands.extend.omit({ type: true }),
  publish: commands.publish.omit({ type: true }),
  rate: commands.rate.omit({ type: true, queryCodeHash: true }).extend({ code }),
  withdraw: z.object({ code }),
} as const;

export const filed = z
  .object({ record: z.uuid(), number: z.string(), queryCode: z.string(), seq: z.int() })
  .meta({ id: 'FeedbackFiled' });
/** The record is done here, or asked of its owner. */
export const commandResponse = {
  201: z.object({ record: z.uuid(), state: z.literal('done'), seq: z.int() }).meta({ id: 'FeedbackCommandDone' }),
  202: z
    .object({ record: z.uuid(), state: z.literal('requested'), request: z.uuid() })
    .meta({ id: 'FeedbackCommandRequested' }),
} as const;

export const feedback = z
  .object({
    record: z.uuid(),
    number: z.string(),
    kind,
    status,
    closing: closing.nullable(),
    owner: z.string(),
    department: z.string().nullable(),
    case: z.uuid().nullable(),
    due: dueDate,
    overdue: z.boolean(),
    seq: z.int(),
    begunAt: z.iso.datetime(),
    state: z.unknown().meta({ description: '由全部条目折叠出的状态，不含个人信息' }),
  })
  .meta({ id: 'Feedback' });

const position = z.object({ at: z.iso.datetime(), record: z.uuid() });
export const listQuery = z.object({
  kind: kind.optional(),
  status: status.optional(),
  department: z.string().max(64).optional(),
  case: z.uuid().optional(),
  overdue: z.stringbool().optional(),
  cursor: cursorParam(position),
  limit: limitParam(),
});
export const feedbackPage = z.object({ feedback: z.array(feedback), next: z.string().nullable() });

export const dossier = z.object({
  masked: z.boolean().meta({ description: '姓名、号码、住址已隐去中间部分' }),
  parts: z.array(z.object({ seq: z.int(), type: z.string(), content: z.unknown() })),
});

export const progress = z
  .object({
    number: z.string(),
    kind: z.string(),
    status: z.string(),
    due: z.string().nullable().meta({ description: '本环节办理期限；已答复或办结的为 null' }),
    filedOn: z.string(),
    answeredOn: z.string().nullable(),
    answers: z.array(z.object({ number: z.string().nullable(), text: z.string() })),
    rated: z.boolean(),
  })
  .meta({ id: 'FeedbackProgress' });

export const published = z.object({
  answers: z.array(
    z.object({
      number: z.string(),
      item: z.string().nullable(),
      question: z.string(),
      answer: z.string(),
      on: z.string().nullable(),
    }),
  ),
});

export const figuresQuery = z.object({ by: z.enum(keysOf<FigureGroup>(figureGroups)), from: date, to: date });
const rate = z.number().nullable();
export const figures = z
  .object({
    figures: z.array(
      z.object({
        group: z.string().meta({ description: '区划、部门或事项代码；没有部门或事项的为空' }),
        ...{
          closedCases: z.int(),
          ratedCases: z.int(),
          defaultCases: z.int(),
          badCases: z.int(),
          coverage: rate,
          badRate: rate,
        },
        ...{ followUps: z.int(), excluded: z.int(), calledBackRate: rate, rectifiedRate: rate },
        ...{ complaints: z.int(), complaintsSubstantiated: z.int(), consultations: z.int(), suggestions: z.int() },
        ...{ answered: z.int(), overdue: z.int(), onTimeRate: rate },
      }),
    ),
  })
  .meta({ id: 'FeedbackFigures' });
