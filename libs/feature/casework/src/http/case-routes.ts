import { isLocalDate } from '@tongban/domain/calendar';
import { policy } from '@tongban/domain/policy';
import { caseCommandTypes, caseStatuses, clockColours, clockSteps, serviceMarks } from '@tongban/domain/casework';
import { isNodeCode, nodeCode } from '@tongban/kernel';
import { cursorParam, defineRoute, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { submissionSchema } from '../usecase/submit-case.js';
import { commandRefusals, progressStatus, progressStep, recordParam } from './shared.js';

const dueDate = z.object({ date: z.string(), provisional: z.boolean() });
const limitClock = z.object({
  due: dueDate,
  remainingDays: z.int().meta({ description: '剩余工作日；到期当日为 0，逾期为负' }),
  overdue: z.boolean(),
});
/** Where the clocks stand when asked; not stored. */
const clockSchema = z
  .object({
    color: z.enum(Object.keys(clockColours) as [keyof typeof clockColours]),
    promised: limitClock.nullable(),
    statutory: limitClock.nullable(),
    step: z
      .object({
        step: z.enum(Object.keys(clockSteps) as [keyof typeof clockSteps]),
        since: z.string(),
        promised: limitClock.nullable(),
        statutory: limitClock.nullable(),
      })
      .nullable(),
    pause: z
      .object({ reason: z.string(), noticeNumber: z.string(), from: z.string(), until: dueDate.nullable() })
      .nullable(),
    extendedDays: z.int(),
    provisional: z.boolean(),
  })
  .meta({ id: 'CaseClock' });

const caseSchema = z
  .object({
    record: z.uuid(),
    number: z.string(),
    item: z.object({ code: z.string(), version: z.int(), name: z.string() }),
    status: z.string(),
    closing: z.string().nullable(),
    owner: z.string(),
    intake: z.string(),
    seq: z.int(),
    headHash: z.string(),
    promisedDue: dueDate.nullable(),
    marks: z.array(z.enum(Object.keys(serviceMarks) as [keyof typeof serviceMarks])),
    clock: clockSchema,
    submittedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
    reports: z.record(z.string(), z.unknown()),
    state: z.unknown().meta({ description: '由全部条目折叠出的状态，不含个人信息' }),
  })
  .meta({ id: 'Case' });

const oneCaseSchema = caseSchema
  .extend({
    materialNames: z
      .record(z.string(), z.string())
      .meta({ description: '办件所用事项版本的材料名称，按材料编码；本级不知道的版本为空' }),
  })
  .meta({ id: 'OneCase' });

const position = z.object({ at: z.iso.datetime(), record: z.uuid() });
const purposeField = z.string().min(2).max(200).meta({ description: '查看事由，记入查阅记录' });
export const purpose = z.object({ purpose: purposeField });
/** Least sight: whoever does not say what for sees the ends of names and numbers. */
const sight = z
  .object({
    full: z.stringbool().default(false).meta({ description: 'true 显示全部内容，须说明事由；缺省为脱敏显示' }),
    purpose: purposeField.optional(),
  })
  .refine(({ full, purpose: given }) => !full || given !== undefined, {
    path: ['purpose'],
    message: '查看完整资料须说明事由',
  });

const maxItemCodeLength = 64;
const filter = {
  status: z.enum(Object.keys(caseStatuses) as [string, ...string[]]).optional(),
  mark: z
    .enum(Object.keys(serviceMarks) as [keyof typeof serviceMarks])
    .optional()
    .meta({ description: '特殊服务标记' }),
  returned: z
    .stringbool()
    .optional()
    .meta({ description: 'true 只列省级平台退回、由本级补正的办件；不依赖与省级前置的连接' }),
  number: z
    .string()
    .regex(/^\d{25}[\dX]$/)
    .optional()
    .meta({ description: '完整的办件编号，用于扫码开件' }),
  awaiting: z.stringbool().optional().meta({ description: 'true 只列由本级承办、等待本人岗位办理的办件' }),
  dueBy: z
    .string()
    .refine(isLocalDate, '日期格式为 YYYY-MM-DD')
    .optional()
    .meta({ description: '只列承诺期限在这一天或之前的在办件' }),
  item: z.string().max(maxItemCodeLength).optional().meta({ description: '事项编码' }),
  owner: z
    .string()
    .refine(isNodeCode, '区划代码为 12 位数字')
    .transform(nodeCode)
    .optional()
    .meta({ description: '承办单位' }),
  from: z.string().refine(isLocalDate, '日期格式为 YYYY-MM-DD').optional().meta({ description: '收件日期从' }),
  to: z.string().refine(isLocalDate, '日期格式为 YYYY-MM-DD').optional().meta({ description: '收件日期至' }),
  late: z.stringbool().optional().meta({ description: 'true 只列超过承诺期限的，含已办结的' }),
};

export const submit = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases',
  operationId: 'submitCase',
  summary: '提出申请',
  ...policy.submitCase,
  command: true,
  body: submissionSchema,
  response: {
    201: z.object({
      record: z.uuid(),
      number: z.string(),
      queryCode: z.string(),
      seq: z.int(),
      state: z.literal('done'),
    }),
  },
  refusals: [
    ...commandRefusals,
    ...(['item.unknown', 'item.not-published', 'item.version-not-held', 'delegation.none'] as const),
    ...(['mandate.required', 'mandate.unknown', 'mandate.item-not-covered', 'mandate.power-not-covered'] as const),
    ...(['mandate.expired', 'mandate.revoked', 'mandate.other-principal', 'mandate.other-agent'] as const),
    ...([
      'mandate.presence-required',
      'case.material-unknown',
      'attachment.unknown',
      'case.duplicate',
      'case.form',
    ] as const),
  ],
});
export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases',
  operationId: 'listCases',
  summary: '办件列表',
  ...policy.listCases,
  query: z.object({
    ...filter,
    cursor: cursorParam(position),
    limit: limitParam(),
  }),
  response: z.object({ cases: z.array(caseSchema), next: z.string().nullable() }),
  refusals: [],
});
export const sheet = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/sheet',
  operationId: 'exportCases',
  audited: true,
  summary: '办件列表导出为 .xlsx，不含个人信息；行数有上限，超出时末行注明',
  ...policy.exportCases,
  query: z.object(filter),
  response: 'bytes',
  refusals: ['service.busy'],
});
export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}',
  operationId: 'getCase',
  summary: '办件',
  ...policy.getCase,
  params: recordParam,
  response: oneCaseSchema,
  refusals: ['case.unknown'],
});
export const acts = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/acts',
  operationId: 'listCaseActs',
  summary: '本人此刻可以办理的事项',
  ...policy.listCaseActs,
  params: recordParam,
  response: z.object({
    seq: z.int(),
    acts: z.array(z.object({ command: z.enum(caseCommandTypes), name: z.string() })),
  }),
  refusals: ['case.unknown'],
});
export const entries = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/entries',
  operationId: 'listCaseEntries',
  summary: '办件全程记录',
  ...policy.listCaseEntries,
  params: recordParam,
  response: z.object({
    entries: z.array(
      z.object({
        id: z.uuid(),
        seq: z.int(),
        epoch: z.int(),
        type: z.string(),
        author: z.string(),
        actorRole: z.string(),
        actorSubject: z.string(),
        offline: z.boolean().meta({ description: '是否在身份认证服务不可用时凭离线登录办理' }),
        occurredAt: z.iso.datetime(),
        recordedAt: z.iso.datetime(),
        appliedAt: z.iso.datetime(),
        facts: z.unknown(),
        hash: z.string(),
        keyId: z.string(),
        traceparent: z.string().nullable(),
      }),
    ),
  }),
  refusals: ['case.unknown'],
});
export const dossier = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/dossier',
  operationId: 'openDossier',
  audited: true,
  summary: '查看申请资料（留痕），缺省脱敏显示',
  ...policy.openDossier,
  params: recordParam,
  query: sight,
  response: z.object({
    masked: z.boolean(),
    parts: z.array(z.object({ seq: z.int(), type: z.string(), content: z.unknown() })),
  }),
  refusals: ['case.unknown', 'dossier.not-recipient', 'dossier.erased', 'dossier.faded', 'jurisdiction.not-party'],
});
export const attachment = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/attachments/{digest}',
  operationId: 'openAttachment',
  audited: true,
  summary: '查看附件（留痕）',
  ...policy.openAttachment,
  params: recordParam.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  query: purpose,
  response: 'bytes',
  refusals: ['case.unknown', 'dossier.not-recipient', 'attachment.unknown', 'attachment.not-here'],
});
export const request = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/requests/{request}',
  operationId: 'getRequest',
  summary: '请求的办理结果',
  ...policy.getRequest,
  params: z.object({ request: z.uuid() }),
  response: z.object({
    request: z.uuid(),
    record: z.uuid(),
    command: z.string(),
    state: z.enum(['pending', 'done', 'refused']),
    code: z.string().nullable(),
    detail: z.string().nullable(),
  }),
  refusals: ['request.unknown'],
});
export const progress = defineRoute({
  method: 'GET',
  path: '/progress/{number}',
  operationId: 'getProgress',
  summary: '办件进度公开查询',
  ...policy.getProgress,
  guessable: true,
  params: z.object({ number: z.string().max(64) }),
  query: z.object({ code: z.string().regex(/^\d{6}$/) }),
  response: z.object({
    number: z.string(),
    itemName: z.string(),
    ...{ status: z.string(), statusCode: progressStatus },
    text: z.string(),
    steps: z.array(progressStep),
    canRate: z.boolean().meta({ description: '已办结、尚未评价，可以评价' }),
  }),
  refusals: ['case.query-code'],
});
