import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { findOrder, insertOrderReading, isTakenInBelow } from '../store/order-store.js';
import { scopeOf } from '../worker/refresh.js';

export interface OrderReader {
  readonly subject: string;
  readonly role: string;
  /** Leading digits of the divisions that the reader may see. */
  readonly prefix: string;
  /** 2 to 200 characters. */
  readonly purpose: string;
}

/**
 * What the province wrote of a case; the reading is recorded with its purpose before anything is opened. An order whose case
 * is not known here concerns nobody's division, and nobody opens it. Refuses with exchange.unknown.
 */
export async function openOrder(
  tools: ExchangeTools,
  id: Uuid,
  { subject, role, prefix, purpose }: OrderReader,
): Promise<Result<{ readonly content: string | null }>> {
  const scope = scopeOf(tools);
  const sealed = await tools.sealer.seal({ purpose }, [tools.node]);
  const order = await tools.transactor.run(async (sql) => {
    const found = await findOrder(sql, scope, id);
    if (found === undefined || !(await isTakenInBelow(sql, scope, found.record, prefix))) return undefined;
    await insertOrderReading(sql, scope, { order: id, subject, role, purpose: sealed }, tools.clock.now());
    return found;
  });
  if (order === undefined) return refuse('exchange.unknown', '没有这件督办');
  const opened = order.sealed === null ? undefined : await tools.sealer.open(order.sealed, tools.node);
  const content = opened?.ok === true ? opened.value['content'] : undefined;
  return ok({ content: typeof content === 'string' ? content : null });
}
