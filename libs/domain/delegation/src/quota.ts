import type { NodeCode } from '@tongban/kernel';
import type { CivilDate, Delegation, Power } from './delegation.js';

/** A number of cases that a node may take under one delegation in a period. */
export interface QuotaGrant {
  readonly delegation: string;
  readonly giver: NodeCode;
  readonly powers: readonly Power[];
  readonly cases: number;
  /** First day of the period that the quota counts. */
  readonly since: CivilDate;
}

/** The first day of the calendar period in which a day lies. */
export function periodStart(per: NonNullable<Delegation['quota']>['per'], on: CivilDate): CivilDate {
  switch (per) {
    case 'day':
      return on;
    case 'month':
      return `${on.slice(0, 7)}-01`;
    case 'year':
      return `${on.slice(0, 4)}-01-01`;
  }
}

/** What a delegation leaves to a taker whose quota is used up: taking papers in for those above, and handing results out. */
const kept: readonly Power[] = ['submit', 'deliver'];

/**
 * The delegations as they count for a node that has used up some of them (by id). What goes beyond taking in goes
 * upwards; a delegation that is for taking in alone gives nothing any more.
 */
export function withoutUsedUp(delegations: readonly Delegation[], usedUp: readonly string[]): Delegation[] {
  return delegations.flatMap((delegation) => {
    if (!usedUp.includes(delegation.id)) return [delegation];
    const goesFurther = delegation.powers.some((power) => !kept.includes(power));
    if (!goesFurther) return [];
    const delivers = delegation.powers.includes('deliver');
    const takesIn = delegation.powers.includes('submit') || delegation.powers.includes('accept');
    const powers: Power[] = [...(takesIn ? (['submit'] as const) : []), ...(delivers ? (['deliver'] as const) : [])];
    return powers.length === 0 ? [] : [{ ...delegation, powers }];
  });
}
