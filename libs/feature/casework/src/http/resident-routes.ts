import { caseCommandSchemas } from '@tongban/domain/casework';
import { policy } from '@tongban/domain/policy';
import { cursorParam, defineRoute, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { commandRefusals, commandResponse, progressStatus, progressStep } from './shared.js';

const ownCase = z
  .object({
    record: z.uuid(),
    number: z.string(),
    item: z.object({ code: z.string(), version: z.int(), name: z.string() }),
    ...{ status: z.string().meta({ description: '状态的名称' }), statusCode: progressStatus },
    seq: z.int(),
    submittedAt: z.iso.datetime(),
    text: z.string().meta({ description: '办理情况的通俗说明' }),
    steps: z.array(progressStep),
    missing: z.array(z.string()).meta({ description: '告知补正的材料编码；不在补正中的为空' }),
    canSupplement: z.boolean(),
    canWithdraw: z.boolean(),
    canRate: z.boolean(),
  })
  .meta({ id: 'OwnCase' });

export const own = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/own-cases',
  operationId: 'listOwnCases',
  summary: '我的办件：以本人账号提出、本级持有的办件，新的在前',
  ...policy.listOwnCases,
  query: z.object({ cursor: cursorParam(z.object({ at: z.iso.datetime(), record: z.uuid() })), limit: limitParam() }),
  response: z.object({ cases: z.array(ownCase), next: z.string().nullable() }),
  refusals: [],
});
export const rateByCode = defineRoute({
  method: 'POST',
  path: '/progress/{number}/rating',
  operationId: 'rateByCode',
  summary: '凭办件编号和查询码评价（一事一评），无须登录',
  ...policy.rateByCode,
  command: true,
  guessable: true,
  params: z.object({ number: z.string().max(64) }),
  body: caseCommandSchemas.rate
    .omit({ type: true })
    .extend({ code: z.string().regex(/^\d{6}$/) })
    .meta({ id: 'RatingByCode' }),
  response: commandResponse,
  refusals: [
    ...commandRefusals,
    ...(['case.query-code', 'case.unknown', 'case.state', 'case.closed', 'case.handing-over'] as const),
    ...(['case.rated', 'jurisdiction.not-party'] as const),
  ],
});
