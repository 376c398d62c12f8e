import { ok, refuse, type Result } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { findBulk, insertBulk, type ResendBulk } from '../store/resend-store.js';
import { scopeOf } from '../worker/refresh.js';
import { isSameReason, sealBecause, type Because } from './because.js';

export interface BulkOrder extends Pick<ResendBulk, 'key' | 'scope' | 'value' | 'prefix' | 'subject'> {
  readonly because: Because;
}

/**
 * Has everything of a day, an item or a department sent again. Taken down only: the rounds of the exchange do the work.
 * Refuses with request.key-reused.
 */
export async function resendBulk(tools: ExchangeTools, order: BulkOrder): Promise<Result<ResendBulk>> {
  const { transactor, node, clock } = tools;
  const { name } = tools.profile;
  const because = await sealBecause(tools, order.because);
  const bulk = await transactor.run(
    async (sql) =>
      (await findBulk(sql, node, order.key)) ??
      (await insertBulk(sql, scopeOf(tools), { ...order, because }, clock.now())),
  );
  const same =
    bulk.profile === name && bulk.scope === order.scope && bulk.value === order.value && bulk.prefix === order.prefix;
  return same && (await isSameReason(tools, bulk.because, order.because.reason))
    ? ok(bulk)
    : refuse('request.key-reused', '幂等键已用于另一次重新上报');
}
