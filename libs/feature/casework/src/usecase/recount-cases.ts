import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { sm3 } from '@tongban/journal';
import { derivedId } from '@tongban/federation/nest';
import { ok, type Result, type Uuid } from '@tongban/kernel';
import { listRunning } from '../store/case-store.js';
import { type Caller, type CaseworkTools } from './context.js';

/** Cases that one call looks at. */
export const maxRecountsPerCall = 200;

export interface Recounted {
  readonly recounted: number;
  /** Not touched by the change, or moved on meanwhile. */
  readonly unchanged: number;
  /** Where the next call goes on; null when all have been looked at. */
  readonly next: Uuid | null;
}

/** After a year's holidays were published or changed: writes down every limit that is another one now, case by case. */
export async function recountCases(
  tools: CaseworkTools,
  caller: Caller,
  after: Uuid | undefined,
): Promise<Result<Recounted>> {
  const rows = await tools.transactor.run((sql) => listRunning(sql, caller.node, after, maxRecountsPerCall));
  let recounted = 0;
  for (const { record } of rows) {
    const key = derivedId(caller.key, `recount ${record}`);
    const done = await tools.commands.execute<CaseState, CaseCommand>({
      ...{ node: caller.node, key, digest: sm3(Buffer.from(key)), recordClass: caseRecordClass, record },
      actor: { subject: 'calendar', role: 'system', division: caller.node },
      occurredAt: tools.clock.now(),
      traceparent: caller.traceparent,
      command: () => Promise.resolve(ok({ type: 'recount' })),
    });
    if (done.ok) recounted++;
  }
  const next = rows.length < maxRecountsPerCall ? null : (rows.at(-1)?.record ?? null);
  return ok({ recounted, unchanged: rows.length - recounted, next });
}
