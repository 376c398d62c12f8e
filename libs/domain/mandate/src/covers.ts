import type { LocalDate } from '@tongban/domain/calendar';
import { ok, refuse, type Result } from '@tongban/kernel';
import { mandatePowers, type MandatePower } from './schemas.js';
import type { MandateState } from './state.js';

/** An act for which a mandate is claimed; `on` is the day of the act, which may be earlier than its arrival. */
export interface ClaimedAct {
  readonly item: string;
  readonly power: MandatePower;
  readonly agentSubject: string;
  readonly principalRef: string;
  readonly on: LocalDate;
}

/**
 * Whether a mandate covers an act. To be asked where the act is made and again where it arrives. Refusals:
 * mandate.unknown, other-principal, other-agent, not-yet-valid, revoked, expired, item-not-covered, power-not-covered.
 */
export function covers(state: MandateState | undefined, act: ClaimedAct): Result<void> {
  if (state === undefined) return refuse('mandate.unknown', '没有这份委托');
  const { revoked, from, until } = state;
  if (act.principalRef !== state.principalRef) return refuse('mandate.other-principal', '委托人与申请人不一致');
  if (act.agentSubject !== state.agentSubject) return refuse('mandate.other-agent', '受托人不是当前代办员');
  if (act.on < from) return refuse('mandate.not-yet-valid', `委托自 ${from} 起生效`, { from });
  if (revoked !== null && act.on >= revoked.on)
    return refuse('mandate.revoked', `委托已于 ${revoked.on} 撤销`, { on: revoked.on });
  if (act.on > until) return refuse('mandate.expired', `委托已于 ${until} 到期`, { until });
  if (!state.items.includes(act.item))
    return refuse('mandate.item-not-covered', '委托范围不包括该事项', { item: act.item });
  if (!state.powers.includes(act.power))
    return refuse('mandate.power-not-covered', `委托权限不包括“${mandatePowers[act.power]}”`, { power: act.power });
  return ok(undefined);
}
