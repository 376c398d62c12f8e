import { isLocalDate } from '@tongban/domain/calendar';
import { caseStatuses } from '@tongban/domain/casework';
import { policy } from '@tongban/domain/policy';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';

export const maxFigureDays = 92;

const day = (description: string) =>
  z
    .string()
    .refine(isLocalDate, '日期格式为 YYYY-MM-DD')
    .meta({ description: `${description}，含当日；统计区间最长 ${maxFigureDays} 天` });

const counts = {
  cases: z.int(),
  concluded: z.int().meta({ description: '已办结，不含撤回' }),
  onTime: z.int().meta({ description: '已办结中未超过承诺期限的' }),
  overdue: z.int().meta({ description: '在办且已过承诺期限的' }),
};

export const figures = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/case-figures',
  operationId: 'getCaseFigures',
  summary: '本级所见办件的统计：按事项、承办单位、状态和收件日期，含按时办结情况',
  ...policy.getCaseFigures,
  query: z.object({ from: day('收件日期从'), to: day('收件日期至') }),
  response: z
    .object({
      total: z.object(counts),
      items: z.array(z.object({ code: z.string(), name: z.string(), ...counts })),
      owners: z.array(z.object({ node: z.string(), ...counts })),
      statuses: z.array(
        z.object({ status: z.enum(Object.keys(caseStatuses) as [keyof typeof caseStatuses]), ...counts }),
      ),
      days: z.array(z.object({ day: z.iso.date(), ...counts })),
    })
    .meta({ id: 'CaseFigures' }),
  refusals: [],
});
