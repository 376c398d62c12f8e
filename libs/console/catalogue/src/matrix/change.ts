import type { shapes } from '@tongban/console/api';
import { tiers, type Tier } from './asked.js';

export type CellDelegation = shapes.MatrixCell['delegations'][number];
type Published = NonNullable<shapes.PublishCatalogueData['body']['delegations']>[number];
export type Power = CellDelegation['powers'][number];
export type Form = CellDelegation['form'];
export type RunningCases = NonNullable<CellDelegation['revocation']>['runningCases'];

export const powers = ['submit', 'accept', 'review', 'decide', 'certify', 'deliver'] as const;
export const forms = ['authorised', 'entrusted', 'devolved', 'agency'] as const;
export const runningCases = ['handBack', 'finishHere', 'handOver'] as const;

export interface Giving {
  readonly from: Tier;
  /** The one division, or all of its tier. */
  readonly reach: 'place' | 'tier';
  readonly powers: readonly Power[];
  readonly form: Form;
  readonly validFrom: string;
  readonly validTo?: string;
  readonly document?: string;
}

/** Letters of a new id beyond item and taker: the same may be given again after it was taken back. */
const idTail = 8;

/** The delegation that a cell is given by. `key`: of the command, so that a second try says the same. */
export function given(
  { item, place }: Pick<shapes.MatrixCell, 'item' | 'place'>,
  { reach, document = '', validTo = '', ...rest }: Giving,
  key: string,
): Published {
  const to = reach === 'tier' ? place.tier : place.node;
  return {
    ...rest,
    id: `d-${item.code}-${to}-${key.slice(0, idTail)}`,
    item: item.code,
    to,
    powers: powers.filter((power) => rest.powers.includes(power)),
    version: 1,
    ...(validTo === '' ? {} : { validTo }),
    ...(document.trim() === '' ? {} : { document: document.trim() }),
  };
}

export interface Taking {
  readonly revokedOn: string;
  readonly runningCases: RunningCases;
  readonly handTo?: string;
  readonly reason: string;
}

/** The next version of a delegation: as it is, and ended on a day. */
export function takenBack(delegation: CellDelegation, { revokedOn, handTo, reason, ...rule }: Taking): Published {
  const { id, item, from, to, powers: held, form, validFrom, validTo, quota, seal, document } = delegation;
  return {
    ...{ id, item, from, to, powers: held, form, validFrom, version: delegation.nextVersion, revokedOn },
    ...(validTo === undefined ? {} : { validTo }),
    ...(quota === undefined ? {} : { quota }),
    ...(seal === undefined ? {} : { seal }),
    ...(document === undefined ? {} : { document }),
    revocation: {
      runningCases: rule.runningCases,
      reason: reason.trim(),
      ...(rule.runningCases === 'handOver' && handTo !== undefined ? { handTo } : {}),
    },
  };
}

/** Tiers that can give to the place, and that a catalogue of the tier `own` may speak for; none where nobody can. */
export function givers(item: Tier, place: Tier, own: Tier): Tier[] {
  const depth = (tier: Tier): number => tiers.indexOf(tier);
  return tiers.filter((tier) => depth(tier) >= Math.max(depth(item), depth(own)) && depth(tier) < depth(place));
}
