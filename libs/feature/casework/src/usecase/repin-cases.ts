import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { ok, type RefusalCode, type Result, type Uuid } from '@tongban/kernel';
import { actOnCase } from './act-on-case.js';
import { type Caller, type CaseworkTools } from './context.js';

export interface RepinOutcome {
  readonly record: Uuid;
  readonly state: 'done' | 'refused';
  readonly code: RefusalCode | null;
}

/** Moves the cases chosen to a version, each by a command of its own: one that is refused does not hold up the others. */
export async function repinCases(
  tools: CaseworkTools,
  caller: Caller,
  {
    records,
    version,
    reason,
  }: { readonly records: readonly Uuid[]; readonly version: number; readonly reason: string },
): Promise<Result<readonly RepinOutcome[]>> {
  const outcomes: RepinOutcome[] = [];
  for (const record of new Set(records)) {
    const key = derivedId(caller.key, `repin ${record}`);
    const digest = sm3(Buffer.concat([Buffer.from(caller.digest), Buffer.from(record)]));
    const done = await actOnCase(tools, { ...caller, key, digest }, record, 'repin', { version, reason });
    outcomes.push(
      done.ok ? { record, state: 'done', code: null } : { record, state: 'refused', code: done.refusal.code },
    );
  }
  return ok(outcomes);
}
