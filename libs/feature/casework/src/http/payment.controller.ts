import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { refuse } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { hastenOrder } from '../payment/order-store.js';
import type { CaseworkTools } from '../usecase/context.js';
import { CASEWORK } from './shared.js';

const callback = defineRoute({
  method: 'POST',
  path: '/payment-callbacks',
  operationId: 'notifyPayment',
  summary: '缴费平台到账通知（只作提醒，以向平台查询的签名回执为准）',
  ...policy.notifyPayment,
  body: z.object({ noticeNumber: z.string().min(1).max(64) }),
  response: { 204: 'none' },
  refusals: [],
});
const sandboxPayment = defineRoute({
  method: 'POST',
  path: '/sandbox-payments/{code}',
  operationId: 'paySandboxOrder',
  guessable: true,
  summary: '模拟缴费（仅演示环境）',
  ...policy.paySandboxOrder,
  params: z.object({ code: z.string().regex(/^\d{20}$/) }),
  body: z.strictObject({ amountFen: z.int().positive().optional() }),
  response: { 201: z.object({ receiptNumber: z.string(), amountFen: z.int() }).meta({ id: 'SandboxReceipt' }) },
  refusals: ['fee.provider-unavailable', 'fee.not-noticed'],
});

/** Where the payment platform knocks, and where the sandbox's payer pays. Nothing here is believed: it is asked about. */
@Controller()
export class PaymentController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(callback)
  async notify({ body }: Call<typeof callback>) {
    const { transactor, clock } = this.tools;
    await transactor.run((sql) => hastenOrder(sql, body.noticeNumber, clock.now()));
    return answer(204, undefined);
  }

  @Route(sandboxPayment)
  async pay({ params, body }: Call<typeof sandboxPayment>) {
    const { sandbox, transactor, clock } = this.tools;
    if (sandbox === undefined) return refuse('fee.provider-unavailable', '本服务没有模拟缴费');
    const receipt = await sandbox.pay(params.code, body.amountFen);
    if (receipt === undefined) return refuse('fee.not-noticed', '没有这个缴费码');
    await transactor.run((sql) => hastenOrder(sql, receipt.noticeNumber, clock.now()));
    return answer(201, { receiptNumber: receipt.receiptNumber, amountFen: receipt.amountFen });
  }
}
