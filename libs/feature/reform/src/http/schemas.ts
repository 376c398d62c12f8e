import { reformChangeKinds, reformPlanSchema, roundStatuses } from '@tongban/domain/reform';
import { z } from 'zod';

const count = z.int();
const longestNote = 500;

export const roundParamsSchema = z.object({ round: z.uuid() });
export const planBodySchema = reformPlanSchema.meta({ id: 'ReformPlan', description: '一轮改革：统计范围和各项变动' });
export const noteBodySchema = z.strictObject({ note: z.string().min(1).max(longestNote) });

export const roundAnswerSchema = z.object({ round: z.uuid(), seq: count, status: z.enum(roundStatuses) });

const summary = {
  ...roundAnswerSchema.shape,
  statusName: z.string(),
  title: z.string(),
  effectiveOn: z.string(),
  items: count.meta({ description: '统计范围内的事项数' }),
  changes: count,
};
export const roundsSchema = z.object({ rounds: z.array(z.object(summary).meta({ id: 'ReformRoundSummary' })) });

export const roundSchema = z
  .object({
    ...summary,
    plan: planBodySchema,
    approvedBy: z.string().optional(),
    history: z.array(
      z.object({
        seq: count,
        action: z.string(),
        at: z.iso.datetime(),
        subject: z.string(),
        name: z.string().optional().meta({ description: '经办人姓名；记录姓名以前的没有' }),
        role: z.string(),
        note: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ReformRound' });

const amount = z.object({ total: z.number(), mean: z.number() });
const share = z.object({ count, percent: z.number() });
const figures = z
  .object({
    items: count,
    promisedDays: amount.meta({ description: '承诺时限，工作日' }),
    statutoryDays: amount.meta({ description: '法定时限，工作日' }),
    belowStatutory: amount.extend({ percent: z.number() }).meta({ description: '承诺比法定缩短' }),
    onTheSpot: share.meta({ description: '即办件' }),
    withinFiveDays: share.meta({ description: '5 个工作日内办结' }),
    materials: amount,
    steps: amount,
    charged: share,
    inPerson: share,
    trips: amount.extend({ stated: count.meta({ description: '写明到现场次数的事项数' }) }),
  })
  .meta({ id: 'ReformFigures' });
const sides = { name: z.string(), before: figures, after: figures, shortened: amount };

export const comparisonSchema = z
  .object({
    ...sides,
    groups: z.array(z.object(sides)),
    contributions: z.array(
      z.object({
        kind: z.enum(reformChangeKinds),
        items: count,
        promisedDays: z.number(),
        materials: z.number(),
        steps: z.number(),
        trips: z.number(),
        charged: z.number(),
        cancelled: count,
      }),
    ),
    cancelled: count,
    delegations: count,
    summary: z.array(z.string()),
  })
  .meta({ id: 'ReformComparison', description: '改革前后对比' });

const mostItemsPerPage = 100;
const mostItems = 1_000_000;

export const roundItemsQuerySchema = z.object({
  changed: z.stringbool().default(false).meta({ description: '只列有变动的事项' }),
  from: z.coerce
    .number<string>()
    .int()
    .min(0)
    .max(mostItems)
    .default(0)
    .meta({ description: '第一个事项的序号，从 0 起' }),
  limit: z.coerce.number<string>().int().min(1).max(mostItemsPerPage).default(25),
});

const itemFigures = z.object({
  promisedDays: count.meta({ description: '承诺时限，工作日' }),
  materials: count,
  steps: count,
  visits: count.optional().meta({ description: '到现场次数，事项未写明的没有' }),
});

export const roundItemsSchema = z
  .object({
    total: count,
    items: z.array(
      z.object({
        group: z.string(),
        code: z.string(),
        name: z.string(),
        changes: z.array(z.enum(reformChangeKinds)).meta({ description: '保持不变的为空' }),
        before: itemFigures,
        after: itemFigures.optional().meta({ description: '取消的事项没有' }),
      }),
    ),
  })
  .meta({ id: 'ReformItems', description: '统计范围内各事项改革前后' });
