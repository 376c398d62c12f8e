import type { Role } from '@tongban/kernel';

/**
 * Where somebody has to belong, seen from the node of the path: `own`, to the node itself; `below`, to it or above it;
 * `child`, to it or directly below it; `residentsAnywhere` and `belowOrResident`, the same for staff while a resident may
 * come from anywhere; `any`, to no place in particular; `public`, nobody is asked who they are.
 */
export type Place = 'own' | 'below' | 'child' | 'residentsAnywhere' | 'belowOrResident' | 'any' | 'public';

/** Who may use an operation. The first role of the list that a person has is the one in which the person acts. */
export interface Rule {
  readonly roles: readonly Role[] | 'public';
  readonly division: Place;
}

export const may = <const R extends readonly Role[], const P extends Exclude<Place, 'public'>>(roles: R, division: P) =>
  ({ roles, division }) as const;
export const open = { roles: 'public', division: 'public' } as const;
