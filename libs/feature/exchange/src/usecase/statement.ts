import { compareStatements, statementOf, type Statement, type StatementGap } from '@tongban/domain/exchange';
import { ok, type Result } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { answersOfDay } from '../store/answer-store.js';
import { scopeOf } from '../worker/refresh.js';

export interface DayStatement {
  readonly day: string;
  readonly ours: Statement;
  readonly theirs: Statement;
  readonly differences: readonly StatementGap[];
}

/** Both sides of a day (YYYY-MM-DD in China). Refuses with service.unavailable when the province does not answer. */
export async function statementOfDay(tools: ExchangeTools, day: string): Promise<Result<DayStatement>> {
  const theirs = await tools.carrier.statement(day);
  if (!theirs.ok) return theirs;
  const ours = statementOf(await tools.transactor.run((sql) => answersOfDay(sql, scopeOf(tools), tools.profile, day)));
  return ok({ day, ours, theirs: theirs.value, differences: compareStatements(ours, theirs.value) });
}
