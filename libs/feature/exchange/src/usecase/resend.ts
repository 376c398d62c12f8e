import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { hurryBatches } from '../store/batch-store.js';
import { lockReports, stageOf, type Report, type Stage } from '../store/report-store.js';
import { iso } from '../store/scope.js';
import { readContent } from '../worker/content.js';
import { applyContent, scopeOf } from '../worker/refresh.js';
import { isSameReason, sealBecause, type Because } from './because.js';

export interface ResendOrder {
  readonly record: Uuid;
  readonly key: Uuid;
  readonly subject: string;
  /** Leading digits of the intakes whose cases the person may send. */
  readonly prefix: string;
  readonly because: Because;
}

export interface ResendOutcome {
  readonly record: Uuid;
  readonly stage: Stage;
  /** Number of the newest content; the one being waited for is answered first. */
  readonly dataVersion: number;
}

/**
 * Sends a case again under a new data version although nothing of it has changed, or at once what waits for its next try.
 * Refuses with exchange.unknown, exchange.held when there is nothing complete to send, and request.key-reused.
 */
export async function resendReport(tools: ExchangeTools, order: ResendOrder): Promise<Result<ResendOutcome>> {
  const { record } = order;
  const content = await readContent(tools, record);
  const unknown = refuse('exchange.unknown', '没有这个办件的上报记录');
  if (content === undefined || !content.row.state.intake.startsWith(order.prefix)) return unknown;
  if (content.content === null)
    return content.held.length === 0 ? unknown : refuse('exchange.held', '数据不完整，补齐后自动上报');
  const because = await sealBecause(tools, order.because);
  const ordered = await tools.transactor.run(async (sql): Promise<Result<Report>> => {
    const now = tools.clock.now();
    // Locked first: the same key twice at once is one order.
    const held = (await lockReports(sql, scopeOf(tools), [record])).get(record);
    const earlier = await findResend(sql, tools.node, order.key);
    if (
      earlier !== undefined &&
      (earlier.record !== record || !(await isSameReason(tools, earlier.because, order.because.reason)))
    )
      return refuse('request.key-reused', '幂等键已用于另一条上报记录');
    if (earlier !== undefined && held !== undefined) return ok(held);
    const after = (await applyContent(tools, sql, content, now, true)) ?? held;
    if (after === undefined) return unknown;
    await insertResend(tools, sql, { ...order, because }, after.state.dataVersion, now);
    return ok(after);
  });
  if (!ordered.ok) return ordered;
  const { batch } = ordered.value;
  // By itself: settling locks the batch before its reports.
  if (batch !== null) await tools.transactor.run((sql) => hurryBatches(sql, scopeOf(tools), tools.clock.now(), batch));
  return ok(outcomeOf(ordered.value));
}

const outcomeOf = ({ record, state }: Report): ResendOutcome => ({
  record,
  stage: stageOf(state),
  dataVersion: state.dataVersion,
});

interface Earlier {
  readonly record: Uuid;
  readonly because: string | null;
}
async function findResend(sql: Sql, node: NodeCode, key: Uuid): Promise<Earlier | undefined> {
  const [row] = await sql.query<Earlier>('select record, because from exchange_resend where node = $1 and key = $2', [
    node,
    key,
  ]);
  return row;
}

async function insertResend(
  tools: ExchangeTools,
  sql: Sql,
  { key, record, subject, because }: Omit<ResendOrder, 'because'> & { readonly because: string },
  dataVersion: number,
  now: number,
): Promise<void> {
  const { node, profile } = scopeOf(tools);
  await sql.query(
    `insert into exchange_resend (node, key, profile, record, subject, data_version, asked_at, because)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [node, key, profile, record, subject, dataVersion, iso(now), because],
  );
}
