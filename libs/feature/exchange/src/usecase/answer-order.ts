import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { isTakenInBelow, lockOrder, saveAnswer, type Order } from '../store/order-store.js';
import { scopeOf } from '../worker/refresh.js';

export interface OrderAnswer {
  readonly id: Uuid;
  readonly key: Uuid;
  readonly subject: string;
  readonly prefix: string;
  readonly text: string;
}

/** Answers an order of the province, once. Refuses with exchange.unknown and exchange.answered. */
export async function answerOrder(tools: ExchangeTools, answer: OrderAnswer): Promise<Result<Order>> {
  const { id, key, subject, prefix, text } = answer;
  const scope = scopeOf(tools);
  const sealed = await tools.sealer.seal({ text }, [tools.node]);
  return tools.transactor.run(async (sql): Promise<Result<Order>> => {
    const order = await lockOrder(sql, scope, id);
    if (order === undefined || !(await isTakenInBelow(sql, scope, order.record, prefix)))
      return refuse('exchange.unknown', '没有这件督办');
    if (order.stage === 'answered')
      return order.answerKey === key ? ok(order) : refuse('exchange.answered', '这件督办已经答复');
    await saveAnswer(sql, scope, { id, answer: sealed, answeredBy: subject, answerKey: key }, tools.clock.now());
    return ok((await lockOrder(sql, scope, id))!);
  });
}
