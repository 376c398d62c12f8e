import { isWithin, nodeCode, ok, roles, separateRoles, type NodeCode, type Role } from '@tongban/kernel';
import fc from 'fast-check';
import { actingRole } from './jurisdiction.js';
import type { Person } from './ports.js';
import type { DivisionRule } from './route-spec.js';

const node = nodeCode('371102001000');
const places = {
  same: node,
  parent: nodeCode('371102000000'),
  city: nodeCode('371100000000'),
  below: nodeCode('371102001001'),
  neighbour: nodeCode('371102002000'),
  none: undefined,
} as const;
type Place = keyof typeof places;

const person = (held: readonly Role[], division: NodeCode | undefined): Person => ({
  subject: 'p',
  roles: held,
  ...(division === undefined ? {} : { division }),
});

/** Who may, by rule: the places from which a person with the right role is let in. */
const allowed: Record<Exclude<DivisionRule, 'public'>, readonly Place[]> = {
  own: ['same'],
  below: ['same', 'parent', 'city'],
  child: ['same', 'below'],
  residentsAnywhere: ['same'],
  belowOrResident: ['same', 'parent', 'city'],
  any: ['same', 'parent', 'city', 'below', 'neighbour', 'none'],
};

describe.each(Object.entries(allowed))('division %s', (rule, letIn) => {
  const spec = { roles: ['clerk', 'approver'] as const, division: rule as DivisionRule };
  it.each(Object.keys(places) as Place[])('for a person of %s', (place) => {
    for (const role of roles) {
      const result = actingRole(spec, person([role], places[place]), node);
      const hasRole = role === 'clerk' || role === 'approver';
      const code = result.ok ? 'ok' : result.refusal.code;
      expect([role, code]).toEqual([
        role,
        !hasRole ? 'jurisdiction.role' : letIn.includes(place) ? 'ok' : 'jurisdiction.division',
      ]);
    }
  });
});

describe('actingRole', () => {
  it('is none of the three administrators’ for who holds two of them, and any other as before', () => {
    for (const role of separateRoles)
      for (const other of separateRoles.filter((each) => each !== role)) {
        const both = person([role, other, 'clerk'], node);
        const code = (allowed: readonly Role[]) => {
          const result = actingRole({ roles: allowed, division: 'own' }, both, node);
          return result.ok ? result.value : result.refusal.code;
        };
        expect([code([role]), code([other, role])]).toEqual(['jurisdiction.separation', 'jurisdiction.separation']);
        expect([code([role, 'clerk']), code(['approver'])]).toEqual(['clerk', 'jurisdiction.role']);
      }
    for (const role of separateRoles)
      expect(actingRole({ roles: [role], division: 'own' }, person([role, 'clerk'], node), node)).toEqual(ok(role));
  });

  it('of a resident holds at any office, of the same person as staff at the own one', () => {
    const rule = { roles: ['clerk', 'resident'], division: 'residentsAnywhere' } as const;
    const both = person(['clerk', 'resident'], node);
    expect(actingRole(rule, both, node)).toEqual({ ok: true, value: 'clerk' });
    expect(actingRole(rule, both, places.neighbour)).toEqual({ ok: true, value: 'resident' });
    expect(actingRole(rule, person(['resident'], undefined), node)).toEqual({ ok: true, value: 'resident' });
    const wider = { ...rule, division: 'belowOrResident' } as const;
    expect(actingRole(wider, person(['resident'], undefined), node)).toEqual({ ok: true, value: 'resident' });
  });

  it('is the first of the route that the person has', () => {
    const result = actingRole(
      { roles: ['clerk', 'approver'], division: 'own' },
      person(['approver', 'clerk'], node),
      node,
    );
    expect(result).toEqual({ ok: true, value: 'clerk' });
  });

  it('is denied by default: no roles, public rules, no node', () => {
    expect(actingRole({ roles: [], division: 'any' }, person(roles, node), node).ok).toBe(false);
    expect(actingRole({ roles: 'public', division: 'any' }, person(roles, node), node).ok).toBe(false);
    expect(actingRole({ roles, division: 'public' }, person(roles, node), node).ok).toBe(false);
    expect(actingRole({ roles, division: 'below' }, person(roles, node), undefined).ok).toBe(false);
  });

  it('never lets a person reach beyond the own division', () => {
    const code = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2), fc.nat(2))
      .map(([district, township, village]) =>
        nodeCode(
          `3711${String(district).padStart(2, '0')}${String(township).padStart(3, '0')}${String(township === 0 ? 0 : village).padStart(3, '0')}`,
        ),
      );
    fc.assert(
      fc.property(code, code, (own, target) => {
        const below = actingRole({ roles, division: 'below' }, person(roles, own), target).ok;
        const same = actingRole({ roles, division: 'own' }, person(roles, own), target).ok;
        expect(below).toBe(isWithin(target, own));
        expect(same).toBe(own === target);
      }),
    );
  });
});
