import type { Sql } from '@tongban/journal';
import { refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { RoutedItem } from '../ports.js';
import { countTaken } from '../store/duty-store.js';
import type { CaseworkTools } from './context.js';
import { takenUnder } from './follow-delegations.js';

/**
 * The route of a case taken in here, without the delegations whose quota this node has used up: what they gave beyond
 * taking in goes upwards. Counted from the node's own records inside the transaction that adds one. Refusals: those of
 * the route, and delegation.quota-used where nothing is left to take the case in under.
 */
export async function routeWithinQuota(
  { items }: Pick<CaseworkTools, 'items'>,
  sql: Sql,
  node: NodeCode,
  code: string,
  today: string,
): Promise<Result<RoutedItem>> {
  const usedUp: string[] = [];
  for (const quota of items.quotas(node, code, today)) {
    const taken = await countTaken(sql, takenUnder(node, code, quota), quota.delegation);
    if (taken >= quota.cases) usedUp.push(quota.delegation);
  }
  const routed = items.route(node, code, today, usedUp);
  if (routed.ok || usedUp.length === 0 || routed.refusal.code !== 'delegation.none') return routed;
  return refuse('delegation.quota-used', '本期授权额度已用完，请到上级服务中心申请', { delegations: usedUp });
}
