import type { Sql } from '@tongban/journal';
import type { Uuid } from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { lockRunningBulk, nextOfBulk, saveBulk, type ResendBulk } from '../store/resend-store.js';
import { readContent, type CaseContent } from './content.js';
import { applyContent, scopeOf } from './refresh.js';

/**
 * Has the next cases of an order sent again under a new data version, in the order of their records. Each case and the
 * place reached are one transaction: a case is raised once, wherever the process dies. True when there may be more.
 */
export async function resendSome(tools: ExchangeTools): Promise<boolean> {
  const { transactor } = tools;
  const scope = scopeOf(tools);
  const { resendsPerRound } = limitsOf(tools);
  const found = await transactor.run(async (sql) => {
    const bulk = await lockRunningBulk(sql, scope);
    return bulk && { bulk, records: await nextOfBulk(sql, scope, bulk, resendsPerRound) };
  });
  if (found === undefined) return false;
  for (const record of found.records) {
    const content = await contentOf(tools, record);
    await transactor.run((sql) => raise(tools, sql, found.bulk, record, content));
  }
  if (found.records.length < resendsPerRound) await transactor.run((sql) => finish(tools, sql, found.bulk));
  return true;
}

async function contentOf(tools: ExchangeTools, record: Uuid): Promise<CaseContent | undefined> {
  try {
    return await readContent(tools, record);
  } catch (error) {
    tools.log('error', 'a case could not be prepared for being sent again', { record, reason: reasonOf(error) });
    return undefined;
  }
}

async function raise(
  tools: ExchangeTools,
  sql: Sql,
  { key }: ResendBulk,
  record: Uuid,
  content: CaseContent | undefined,
): Promise<void> {
  const bulk = await lockRunningBulk(sql, scopeOf(tools));
  // A second instance has been here.
  if (bulk?.key !== key || (bulk.doneTo !== null && bulk.doneTo >= record)) return;
  const goes = content !== undefined && content.content !== null;
  if (goes) await applyContent(tools, sql, content, tools.clock.now(), true);
  const counted = goes ? { sent: bulk.sent + 1 } : { skipped: bulk.skipped + 1 };
  await saveBulk(sql, scopeOf(tools), { ...bulk, ...counted, doneTo: record });
}

async function finish(tools: ExchangeTools, sql: Sql, { key }: ResendBulk): Promise<void> {
  const bulk = await lockRunningBulk(sql, scopeOf(tools));
  if (bulk?.key !== key) return;
  await saveBulk(sql, scopeOf(tools), { ...bulk, state: 'done', endedAt: tools.clock.now() });
}
