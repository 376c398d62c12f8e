import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { ok, refuse, type Result } from '@tongban/kernel';
import type { PaymentProvider, ProviderReceipt } from '../ports.js';
import { findCase } from '../store/case-store.js';
import type { CaseworkTools, CommandOutcome } from '../usecase/context.js';
import { dueTo, maxPolls, pollDelayMs, type OrderState } from './order.js';
import { saveOrder, type StoredOrder } from './order-store.js';

type Tools = Pick<CaseworkTools, 'commands' | 'transactor' | 'clock'>;

/**
 * One look at an order: asks the provider and does what its answer asks for. Each part may be done again after a death
 * in the middle: booking is one command under one key, giving back is one act at the provider, and which of them is due
 * is read off the case each time. Refusals: fee.provider-unavailable, fee.provider-pending, and those of booking.
 */
export async function settleOrder(
  tools: Tools,
  provider: PaymentProvider,
  order: StoredOrder,
): Promise<Result<CommandOutcome>> {
  const held = await tools.transactor.run((sql) => findCase(sql, order.node, order.record));
  if (held === undefined) return close(tools, order, 'moved', refuse('case.unknown', '本级没有这个办件'));
  const { fee, owner, pendingOffer } = held.state;
  if (owner !== order.node)
    return close(tools, order, 'moved', refuse('case.not-owner', '该件不在本级办理', { owner }));
  if (pendingOffer !== null) return later(tools, order, refuse('case.handing-over', '该件正在移交，请稍后再查'));
  const found = await provider.find(order);
  if (!found.ok) return later(tools, order, { ok: false, refusal: found.refusal });
  if (found.value === undefined)
    return later(tools, order, refuse('fee.provider-pending', '尚未收到缴费结果，请稍后再查'));
  const receipt = found.value;
  const step = dueTo(fee, receipt);
  if (step === 'giveBack') return giveBack(tools, provider, order, receipt, fee.notice?.amountFen);
  if (step === 'booked')
    return close(tools, order, 'confirmed', ok({ record: order.record, state: 'done', seq: held.seq }));
  const booked = await book(tools, provider, order, receipt);
  return booked.ok
    ? close(tools, order, 'confirmed', booked)
    : later(tools, order, { ok: false, refusal: booked.refusal });
}

const book = (
  { commands, clock }: Tools,
  provider: PaymentProvider,
  { node, record }: StoredOrder,
  { noticeNumber, amountFen, receiptNumber }: ProviderReceipt,
): Promise<Result<CommandOutcome>> =>
  commands.execute<CaseState, CaseCommand>({
    ...{ node, record, recordClass: caseRecordClass },
    key: derivedId(record, `online payment ${noticeNumber}`),
    digest: sm3(Buffer.from(`${noticeNumber} ${amountFen} ${receiptNumber}`)),
    actor: { subject: `payment-${provider.name}`, role: 'system', division: node },
    occurredAt: clock.now(),
    command: () =>
      Promise.resolve(ok({ type: 'confirmPayment', noticeNumber, amountFen, receiptNumber, method: 'provider' })),
  });

async function giveBack(
  tools: Tools,
  provider: PaymentProvider,
  order: StoredOrder,
  receipt: ProviderReceipt,
  noticed: number | undefined,
): Promise<Result<never>> {
  const returned = await provider.giveBack(order, receipt);
  if (!returned.ok) return later(tools, order, { ok: false, refusal: returned.refusal });
  const isOther = noticed !== undefined && noticed !== receipt.amountFen;
  return close(
    tools,
    order,
    'returned',
    isOther
      ? refuse('fee.amount', '实收金额与缴款通知书不符，已原路退回', { amountFen: noticed })
      : refuse('fee.settled', '费用已结清或通知书已失效，所缴款项已原路退回'),
  );
}

async function close<R extends Result<unknown>>(
  { transactor, clock }: Tools,
  order: StoredOrder,
  state: OrderState,
  result: R,
): Promise<R> {
  const problem = result.ok ? null : result.refusal.code;
  const change = { state, polls: order.polls, nextPollAt: null, problem };
  await transactor.run((sql) => saveOrder(sql, order, change, clock.now()));
  return result;
}

/** A booked order whose money has to go back is asked about without end of tries: it is somebody's money. */
async function later({ transactor, clock }: Tools, order: StoredOrder, result: Result<never>): Promise<Result<never>> {
  const polls = order.polls + 1;
  const problem = result.ok ? null : result.refusal.code;
  const isOver = polls >= maxPolls && order.state === 'open' && problem === 'fee.provider-pending';
  const change = {
    state: isOver ? ('expired' as const) : order.state,
    polls,
    nextPollAt: isOver ? null : clock.now() + pollDelayMs(polls),
    problem,
  };
  await transactor.run((sql) => saveOrder(sql, order, change, clock.now()));
  return result;
}
