import type { RecordKind, Statement } from '@tongban/domain/exchange';
import { ok, refuse, type Result } from '@tongban/kernel';
import { z } from 'zod';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

export const kindStatementSchema = z.object({
  acknowledged: z.int().min(0),
  rejected: z.int().min(0),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export const statementSchema = z.object({
  accept: kindStatementSchema,
  process: kindStatementSchema,
  material: kindStatementSchema,
  result: kindStatementSchema,
  rating: kindStatementSchema,
} satisfies Record<RecordKind, z.ZodType>);
const told = z.object({ day: z.string(), kinds: statementSchema });

const statementMaxBytes = 64 * 1024;

/** The province's side of a day (YYYY-MM-DD). Refuses with service.unavailable when it cannot be had. */
export async function fetchStatement(tools: ExchangeTools, day: string): Promise<Result<Statement>> {
  const { url, fetch } = tools.province;
  const signal = AbortSignal.timeout(limitsOf(tools).requestTimeoutMs);
  try {
    const response = await fetch(endpoint(url, `/exchange/v1/statement?day=${day}`), { redirect: 'error', signal });
    if (response.status !== 200) return unavailable(tools, `HTTP ${response.status}`);
    const text = Buffer.from(await readBody(response, statementMaxBytes)).toString('utf8');
    const parsed = told.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.day === day ? ok(parsed.data.kinds) : unavailable(tools, 'unexpected content');
  } catch (error) {
    return unavailable(tools, reasonOf(error));
  }
}

function unavailable(tools: ExchangeTools, reason: string): Result<never> {
  tools.log('warn', "the province's statement could not be had", { reason });
  return refuse('service.unavailable', '暂时取不到省级平台的对账单，请稍后再试');
}
