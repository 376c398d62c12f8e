import { recordKinds, statementOf, type Statement } from '@tongban/domain/exchange';
import { ok, refuse, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { ExchangeLog, ProvinceAddress } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

export const kindStatementSchema = z.object({
  acknowledged: z.int().min(0),
  rejected: z.int().min(0),
  amountFen: z.int(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export const statementSchema = z.record(z.enum(recordKinds), kindStatementSchema);
/** A platform says nothing of kinds that it has no table for. */
const told = z.object({ day: z.string(), kinds: z.partialRecord(z.enum(recordKinds), kindStatementSchema) });

const statementMaxBytes = 64 * 1024;

/** The province's side of a day (YYYY-MM-DD). Refuses with service.unavailable when it cannot be had. */
export async function fetchStatement(
  { url, fetch }: ProvinceAddress,
  timeoutMs: number,
  log: ExchangeLog,
  day: string,
): Promise<Result<Statement>> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(endpoint(url, `/exchange/v1/statement?day=${day}`), { redirect: 'error', signal });
    if (response.status !== 200) return statementUnavailable(log, `HTTP ${response.status}`);
    const text = Buffer.from(await readBody(response, statementMaxBytes)).toString('utf8');
    const parsed = told.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.day === day
      ? ok({ ...statementOf([]), ...parsed.data.kinds })
      : statementUnavailable(log, 'unexpected content');
  } catch (error) {
    return statementUnavailable(log, reasonOf(error));
  }
}

export function statementUnavailable(log: ExchangeLog, reason: string): Result<never> {
  log('warn', "the province's statement could not be had", { reason });
  return refuse('service.unavailable', '暂时取不到省级平台的对账单，请稍后再试');
}
