import { policy } from '@tongban/domain/policy';
import { caseCommandSchemas, feeMovementKinds, paymentMethods } from '@tongban/domain/casework';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { base, occurredAt, onCase } from './action-routes.js';
import { recordParam } from './shared.js';

const s = caseCommandSchemas;
const onFee = [...onCase, 'case.not-owner', 'fee.settled', 'fee.not-noticed'] as const;

export const paymentNotice = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/payment-notice',
  operationId: 'issuePaymentNotice',
  summary: '开具缴款通知书（金额按公布的收费标准）',
  ...policy.issuePaymentNotice,
  body: s.issuePaymentNotice.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onFee, 'case.paused', 'fee.none', 'fee.noticed'],
});
export const payment = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/payment',
  operationId: 'confirmPayment',
  summary: '收费窗口确认收款',
  ...policy.confirmPayment,
  body: s.confirmPayment.omit({ type: true, department: true, method: true }).extend({ occurredAt }),
  refusals: [...onFee, 'fee.counter', 'fee.amount', 'fee.receipt-used', 'case.same-person'],
});
export const paymentOrder = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases/{record}/payment-order',
  operationId: 'openPaymentOrder',
  summary: '取网上缴费码',
  ...policy.openPaymentOrder,
  params: recordParam,
  response: z
    .object({ noticeNumber: z.string(), amountFen: z.int(), payCode: z.string() })
    .meta({ id: 'PaymentOrder' }),
  refusals: [
    ...(['case.unknown', 'case.not-owner', 'fee.settled', 'fee.not-noticed', 'fee.provider-unavailable'] as const),
    'jurisdiction.not-party',
  ],
});
export const onlinePayment = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/online-payment',
  operationId: 'confirmOnlinePayment',
  summary: '向缴费平台查询并确认到账',
  ...policy.confirmOnlinePayment,
  refusals: [
    ...onFee,
    ...(['fee.amount', 'fee.receipt-used', 'fee.provider-unavailable', 'fee.provider-pending'] as const),
    'jurisdiction.not-party',
  ],
});
export const feeExemption = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/fee-exemption',
  operationId: 'exemptFee',
  summary: '减免费用',
  ...policy.exemptFee,
  body: s.exemptFee.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onFee, 'fee.none', 'case.reason-required', 'case.same-person'],
});
export const refund = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/refund',
  operationId: 'refundFee',
  summary: '退费',
  ...policy.refundFee,
  body: s.refundFee.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onFee, 'case.reason-required', 'case.same-person'],
});

const total = z.object({ count: z.int(), amountFen: z.int() });
const keysOf = <T extends Record<string, string>>(names: T) => z.enum(Object.keys(names) as [keyof T & string]);

export const settlement = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/settlements/{day}',
  operationId: 'getSettlement',
  summary: '收费日结单',
  ...policy.getSettlement,
  params: z.object({ day: z.iso.date() }),
  response: z
    .object({
      day: z.string(),
      opening: total.meta({ description: '上日结转应收' }),
      totals: z.record(keysOf(feeMovementKinds), total),
      byMethod: z.record(keysOf(paymentMethods), total),
      exemptedUnbilled: total.meta({ description: '未开缴款通知即减免，不计入应收' }),
      closing: total.meta({ description: '结转次日应收' }),
      netFen: z.int().meta({ description: '实收减退费，单位：分' }),
      balanced: z.boolean(),
      lines: z.array(
        z.object({
          record: z.uuid(),
          kind: keysOf(feeMovementKinds),
          noticeNumber: z.string().nullable(),
          documentNumber: z.string().nullable(),
          amountFen: z.int(),
          method: keysOf(paymentMethods).nullable(),
        }),
      ),
    })
    .meta({ id: 'SettlementSheet' }),
  refusals: ['request.too-large'],
});
