import { refuse, type DecisionContext, type Result } from '@tongban/kernel';

/** How much earlier than the step before it a step may claim to be: clocks of offline devices drift. */
export const backDatingMs = 24 * 60 * 60 * 1000;
/** How long a device may have been without a network when it hands in an application. */
export const maxOfflineMs = 7 * 24 * 60 * 60 * 1000;
/** How far a device's clock may be ahead of the owner's. */
export const clockSkewMs = 5 * 60 * 1000;

/** `last`: newest time at which a person acted, undefined for a new record. Refusal case.back-dated. */
export function timeRefusal(last: number | undefined, { occurredAt, now }: DecisionContext): Result<never> | undefined {
  if (occurredAt > now + clockSkewMs) return refuse('case.back-dated', '办理时间不能晚于当前时间');
  if (last !== undefined && occurredAt < last - backDatingMs)
    return refuse('case.back-dated', '办理时间不能早于上一环节');
  return undefined;
}
