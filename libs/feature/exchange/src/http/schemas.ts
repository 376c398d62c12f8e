import { profileNames, recordKinds } from '@tongban/domain/exchange';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { kindStatementSchema, statementSchema } from '../province/statement.js';
import { stages } from '../store/report-store.js';
import { orderStages } from '../store/order-store.js';
import { resendScopes } from '../store/resend-store.js';

const position = z.object({ since: z.iso.datetime(), record: z.uuid() });
const instant = z.iso.datetime().nullable();

const profile = z.enum(profileNames).optional().meta({ description: '接入规范；不写则为配置中的第一个' });
export const profileQuery = z.object({ profile });

export const reportsQuery = z.object({
  profile,
  state: z.enum(stages).optional().meta({ description: '上报状态' }),
  cursor: cursorParam(position),
  limit: limitParam(),
});

export const reportSchema = z
  .object({
    record: z.uuid(),
    number: z.string().meta({ description: '办件编号' }),
    intake: z.string().meta({ description: '收件区划' }),
    state: z.enum(stages),
    since: z.iso.datetime().meta({ description: '进入当前状态的时间' }),
    dataVersion: z.int(),
    receipt: z.string().nullable(),
    attempts: z.int().meta({ description: '本版本已发送次数' }),
    nextAt: instant.meta({ description: '下一次处理时间' }),
    held: z
      .array(
        z.object({
          kind: z.string(),
          businessKey: z.string(),
          field: z.string(),
          code: z.string(),
          message: z.string(),
        }),
      )
      .meta({ description: '暂缓上报的原因，逐项列出' }),
    problems: z
      .array(z.object({ code: z.string(), field: z.string(), message: z.string() }))
      .meta({ description: '省级平台退回的原因' }),
    trouble: z.string().nullable().meta({ description: '最近一次发送失败的原因' }),
  })
  .meta({ id: 'ExchangeReport' });

export const reportsSchema = z.object({ reports: z.array(reportSchema), next: z.string().nullable() });

export const statusSchema = z
  .object({
    profile: z.string(),
    reports: z.record(z.enum(stages), z.int()).meta({ description: '各状态的件数' }),
    oldestUnsentSeconds: z.number().nullable().meta({ description: '最早一件待报或待答复已等待的秒数' }),
    oldestHeldSeconds: z.number().nullable(),
    openBatches: z.int().meta({ description: '已发送、尚无可信应答的批次' }),
    notesOnTheWay: z.int().meta({ description: '尚未登记到办件的上报结果' }),
    breaker: z
      .object({ state: z.enum(['closed', 'open', 'halfOpen']), until: instant })
      .meta({ description: '熔断状态；closed 为正常' }),
  })
  .meta({ id: 'ExchangeStatus' });

const reason = z.string().trim().min(1).max(200).meta({ description: '重新上报的原因，不写个人信息' });
export const resendBody = z.strictObject({ reason });
export const resendSchema = z
  .object({ record: z.uuid(), state: z.enum(stages), dataVersion: z.int() })
  .meta({ id: 'ExchangeResend' });

const chinaDay = z.iso.date().meta({ description: '北京时间的日期' });
export const statementQuery = z.object({ day: chinaDay, profile });
const answerPosition = z.object({ key: z.string(), version: z.int() });
export const statementRecordsQuery = z.object({
  ...{ day: chinaDay, kind: z.enum(recordKinds), profile },
  ...{ cursor: cursorParam(answerPosition), limit: limitParam() },
});
export const statementRecordsSchema = z.object({
  records: z.array(
    z
      .object({
        record: z.uuid(),
        number: z.string().meta({ description: '办件编号' }),
        businessKey: z.string().meta({ description: '该条记录在接入规范中的标识' }),
        dataVersion: z.int(),
        outcome: z.enum(['acknowledged', 'rejected']),
        receipt: z.string().nullable(),
        late: z.boolean().meta({ description: '省级平台判为迟报' }),
        receivedAt: z.iso.datetime().meta({ description: '省级平台接收的时间' }),
      })
      .meta({ id: 'ExchangeStatementRecord' }),
  ),
  next: z.string().nullable(),
});
export const dayStatementSchema = z
  .object({
    day: z.string(),
    ours: statementSchema,
    theirs: statementSchema,
    differences: z.array(z.object({ kind: z.string(), ours: kindStatementSchema, theirs: kindStatementSchema })),
  })
  .meta({ id: 'ExchangeStatement' });

export const bulkBody = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('day'), value: chinaDay, reason }),
  z.strictObject({
    scope: z.literal('item'),
    value: z.string().min(1).max(50).meta({ description: '事项基本编码' }),
    reason,
  }),
  z.strictObject({
    scope: z.literal('department'),
    value: z.string().min(1).max(100).meta({ description: '部门标识' }),
    reason,
  }),
]);
const askedSchema = z.object({
  id: z.uuid(),
  profile: z.enum(profileNames),
  value: z.string(),
  reason: z.string().nullable().meta({ description: '下达时写明的原因；早期记录为空' }),
  askedBy: z.object({
    subject: z.string(),
    name: z.string().nullable().meta({ description: '下达人姓名；登录信息没有姓名的为空' }),
  }),
  state: z.enum(['running', 'done']),
  reports: z.int().meta({ description: '下达时涉及的办件数' }),
  sent: z.int().meta({ description: '已转入重新上报' }),
  skipped: z.int().meta({ description: '数据不完整或没有可报内容' }),
  askedAt: z.iso.datetime(),
  endedAt: instant,
});
export const bulkSchema = askedSchema.extend({ scope: z.enum(resendScopes) }).meta({ id: 'ExchangeBulkResend' });

const askedPosition = z.object({ at: z.iso.datetime(), key: z.uuid() });
export const resendsQuery = z.object({ profile, cursor: cursorParam(askedPosition), limit: limitParam() });
export const resendsSchema = z.object({
  resends: z.array(
    askedSchema
      .extend({
        scope: z.enum([...resendScopes, 'record']).meta({ description: 'record 为单件，value 是上报记录的标识' }),
        number: z.string().nullable().meta({ description: '单件的办件编号' }),
      })
      .meta({ id: 'ExchangeResendAsked' }),
  ),
  next: z.string().nullable(),
});

const mostDaysMs = 366 * 86_400_000;
export const ratesQuery = z
  .object({ from: chinaDay, to: chinaDay, profile })
  .refine(
    ({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) <= mostDaysMs,
    '起止日期颠倒，或跨度超过 366 天',
  );
const rate = z.number().min(0).max(1).nullable();
export const ratesSchema = z
  .object({
    profile: z.enum(profileNames),
    departments: z.array(
      z.object({
        department: z.string(),
        cases: z.int().meta({ description: '应报办件数（当前）' }),
        held: z.int(),
        rejected: z.int(),
        rows: z.int().meta({ description: '期间首次得到答复的数据条数' }),
        lateRows: z.int().meta({ description: '其中省级平台判为迟报的条数' }),
        onTime: rate.meta({ description: '及时率；没有数据为空' }),
        complete: rate.meta({ description: '完整率；没有办件为空' }),
      }),
    ),
  })
  .meta({ id: 'ExchangeRates' });

const returnPosition = position.extend({ profile: z.enum(profileNames) });
export const returnsQuery = z.object({
  owner: z.string().optional().meta({ description: '办件当前归属的区划；不写则为本人所在区划' }),
  cursor: cursorParam(returnPosition),
  limit: limitParam(),
});
export const returnsSchema = z.object({
  returns: z.array(reportSchema.extend({ profile: z.enum(profileNames) })),
  next: z.string().nullable(),
});

const orderPosition = z.object({
  due: z.union([z.iso.date(), z.literal('infinity')]),
  position: z.int().min(1),
});
const applicationPosition = z.object({ receivedAt: z.iso.datetime(), id: z.uuid() });

export const ordersQuery = z.object({
  profile,
  state: z.enum(orderStages).default('open').meta({ description: 'open 为待答复' }),
  cursor: cursorParam(orderPosition),
  limit: limitParam(),
});
export const orderSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(orderStages),
    record: z.uuid().nullable(),
    number: z.string().nullable().meta({ description: '省级平台所用的办件编号' }),
    issuedAt: instant,
    due: z.iso.date().nullable().meta({ description: '应于此日前答复' }),
    answeredBy: z.string().nullable(),
    answeredAt: instant,
    told: z.boolean().meta({ description: '省级平台已确认收到回执或答复' }),
  })
  .meta({ id: 'ExchangeOrder' });
export const ordersSchema = z.object({ orders: z.array(orderSchema), next: z.string().nullable() });
/** Least sight: the list says which case and by when; what the province wrote of it is opened one by one, with a purpose. */
export const openOrderQuery = z.object({
  profile,
  purpose: z.string().trim().min(2).max(200).meta({ description: '查看事由，记入查阅记录' }),
});
export const orderContentSchema = z
  .object({ content: z.string().nullable().meta({ description: '督办内容；已不能打开时为空' }) })
  .meta({ id: 'ExchangeOrderContent' });
export const answerBody = z.strictObject({ text: z.string().trim().min(1).max(2000) });

export const applicationsQuery = z.object({
  profile,
  state: z.enum(['open', 'accepted', 'refused']).default('open').meta({ description: 'open 为尚未收件' }),
  cursor: cursorParam(applicationPosition),
  limit: limitParam(),
});
export const applicationsSchema = z.object({
  applications: z.array(
    z
      .object({
        id: z.uuid(),
        number: z.string().nullable().meta({ description: '省级平台的申办号' }),
        state: z.enum(orderStages),
        code: z.string().nullable().meta({ description: '不予收件的原因代码' }),
        record: z.uuid().nullable().meta({ description: '收件后的办件' }),
        target: z.string().nullable().meta({ description: '收件机关；空为尚未送出（如材料未取回）' }),
        underWay: z.boolean().meta({ description: '尚未送达收件机关，送达后自动办理' }),
        receivedAt: z.iso.datetime(),
        told: z.boolean().meta({ description: '省级平台已确认收到当前结果' }),
      })
      .meta({ id: 'ExchangeApplication' }),
  ),
  next: z.string().nullable(),
});
