import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { findOrder, insertOrder } from '../payment/order-store.js';
import { settleOrder } from '../payment/settle-order.js';
import type { PaymentOrder, PaymentProvider } from '../ports.js';
import { findCase } from '../store/case-store.js';
import { type Caller, type CaseworkTools, type CommandOutcome } from './context.js';

export interface OpenedOrder {
  readonly noticeNumber: string;
  readonly amountFen: number;
  readonly payCode: string;
}

const unavailable = (): Result<never> => refuse('fee.provider-unavailable', '本级未开通网上缴费，请到收费窗口缴费');

/** The open notice of a case that this node owns, with the provider that takes the money. Refuses strangers before all else. */
async function orderOf(
  tools: CaseworkTools,
  caller: Pick<Caller, 'node' | 'role' | 'person'>,
  record: Uuid,
): Promise<Result<{ readonly order: PaymentOrder; readonly provider: PaymentProvider }>> {
  const provider = tools.payments;
  if (provider === undefined) return unavailable();
  const held = await tools.transactor.run((sql) => findCase(sql, caller.node, record));
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { owner, fee, handlers } = held.state;
  // Whoever has the notice pays what was taken in at a window; what somebody applied for at home is nobody else's to look into.
  const { submitted } = handlers;
  if (caller.role === 'resident' && submitted?.role === 'resident' && submitted.subject !== caller.person.subject)
    return refuse('jurisdiction.not-party', '本人不是该件的申请人');
  if (owner !== caller.node) return refuse('case.not-owner', '该件不在本级办理', { owner });
  if (fee.status === 'paid' || fee.status === 'exempted') return refuse('fee.settled', '费用已缴清或已减免');
  if (fee.notice === null) return refuse('fee.not-noticed', '没有待缴的缴款通知书');
  const { number: noticeNumber, amountFen } = fee.notice;
  return ok({ order: { noticeNumber, amountFen, collector: fee.notice.collector }, provider });
}

/** The code by which the applicant, or whoever pays for them, pays the open notice on line. */
export async function openPaymentOrder(
  tools: CaseworkTools,
  caller: Pick<Caller, 'node' | 'role' | 'person'>,
  record: Uuid,
): Promise<Result<OpenedOrder>> {
  const found = await orderOf(tools, caller, record);
  if (!found.ok) return found;
  const { order, provider } = found.value;
  const { node } = caller;
  await tools.transactor.run((sql) => insertOrder(sql, { ...order, node, record }, tools.clock.now()));
  const opened = await provider.open(order);
  return opened.ok
    ? ok({ noticeNumber: order.noticeNumber, amountFen: order.amountFen, payCode: opened.value.payCode })
    : opened;
}

/** What the next look at the order, or the provider's own word, has booked already: whoever asks for it is told so. */
async function bookedBefore(tools: CaseworkTools, { node }: Caller, record: Uuid): Promise<CommandOutcome | undefined> {
  const held = await tools.transactor.run((sql) => findCase(sql, node, record));
  const last = held?.state.fee.movements.at(-1);
  return held !== undefined && last?.kind === 'paid' && last.method === 'provider'
    ? { record, state: 'done', seq: held.seq }
    : undefined;
}

/** Asks the provider whether the money has come and books it: the provider's word counts, never the caller's. */
export async function confirmOnlinePayment(
  tools: CaseworkTools,
  caller: Caller,
  record: Uuid,
): Promise<Result<CommandOutcome>> {
  const found = await orderOf(tools, caller, record);
  if (!found.ok) {
    const booked = found.refusal.code === 'fee.settled' ? await bookedBefore(tools, caller, record) : undefined;
    return booked === undefined ? found : ok(booked);
  }
  const { order, provider } = found.value;
  const known = await tools.transactor.run((sql) => findOrder(sql, caller.node, order.noticeNumber));
  if (known === undefined) return refuse('fee.provider-pending', '尚未取缴费码，请先取码缴费');
  return settleOrder(tools, provider, known);
}
