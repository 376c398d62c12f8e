import fc from 'fast-check';
import { ancestorAt, isWithin, nodeCode, tierOf, tiers, type NodeCode } from '@tongban/kernel';
import { delegationSchema, powers, type Delegation, type Power } from './delegation.js';
import { powersAt, resolveRoute, type RoutedItem } from './route.js';

const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const sisterVillage = nodeCode('371102001002');
const otherTownship = nodeCode('371102002000');
const otherDistrict = nodeCode('371121000000');
const item: RoutedItem = { code: '000511001000', level: 'district' };
const on = '2026-03-02';

let lastId = 0;
function delegation(parts: Partial<Record<keyof Delegation, unknown>>): Delegation {
  const defaults = { id: `d-${++lastId}`, item: item.code, form: 'authorised', validFrom: '2025-01-01', version: 1 };
  return delegationSchema.parse({ ...defaults, ...parts });
}
const route = (intake: NodeCode, delegations: readonly Delegation[], day = on, of = item) =>
  resolveRoute({ item: of, intake, delegations, on: day });

describe('route of a case', () => {
  const toTownships = delegation({ from: 'district', to: 'township', powers: ['accept', 'decide', 'certify'] });
  const byAgents = delegation({ from: 'township', to: 'village', powers: ['submit'], form: 'agency' });

  it('starts at the competent node and goes as far down as the powers do', () => {
    expect(route(village, [toTownships, byAgents])).toEqual({
      ok: true,
      value: {
        competent: district,
        accept: township,
        review: district,
        decide: township,
        certify: township,
        deliver: village,
      },
    });
  });

  it('keeps everything at the competent node when only agency was given', () => {
    const onlyAgency = delegation({ from: 'district', to: 'village', powers: ['submit'], form: 'agency' });
    expect(route(village, [onlyAgency])).toMatchObject({ ok: true, value: { accept: district, decide: district } });
    expect(route(township, [onlyAgency])).toMatchObject({ ok: false, refusal: { code: 'delegation.none' } });
  });

  it('does not follow a chain with a missing link', () => {
    expect(route(village, [byAgents])).toMatchObject({ ok: false, refusal: { code: 'delegation.none' } });
    const second = delegation({ from: 'township', to: 'village', powers: ['decide', 'submit'] });
    const first = delegation({ from: 'district', to: 'township', powers: ['accept'] });
    expect(route(village, [first, second])).toMatchObject({ ok: true, value: { accept: township, decide: district } });
  });

  it('gives a node what was given to it alone', () => {
    const alone = delegation({ from: 'district', to: township, powers: ['accept', 'decide'] });
    expect(route(township, [alone])).toMatchObject({ ok: true, value: { decide: township, certify: district } });
    expect(route(otherTownship, [alone])).toMatchObject({ ok: false, refusal: { code: 'delegation.none' } });
    const below = delegation({ from: 'township', to: village, powers: ['submit'] });
    expect(route(village, [alone, below]).ok).toBe(true);
    expect(route(sisterVillage, [alone, below]).ok).toBe(false);
  });

  it('refuses an intake above the competent tier', () => {
    expect(route(city, [toTownships])).toMatchObject({ ok: false, refusal: { code: 'delegation.intake-above' } });
    expect(powersAt(city, item, [toTownships], on)).toEqual([]);
    expect(powersAt(otherDistrict, item, [toTownships], on)).toEqual([...powers]);
  });

  it('delivers where a delivery rule says, if there is one', () => {
    const delivery = delegation({ from: 'district', to: 'township', powers: ['deliver'] });
    expect(route(village, [toTownships, byAgents, delivery])).toMatchObject({ ok: true, value: { deliver: township } });
    expect(powersAt(village, item, [toTownships, byAgents, delivery], on)).toEqual(['submit']);
    expect(powersAt(village, item, [toTownships, byAgents], on)).toEqual(['submit', 'deliver']);
  });

  it('counts the first and the last day, and not the day of revocation', () => {
    const dated = delegation({
      from: 'district',
      to: 'township',
      powers: ['accept'],
      validFrom: '2026-01-01',
      validTo: '2026-06-30',
    });
    const days = ['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'];
    expect(days.map((day) => route(township, [dated], day).ok)).toEqual([false, true, true, false]);
    const revoked = { ...dated, revokedOn: '2026-03-02' };
    expect(['2026-03-01', '2026-03-02'].map((day) => route(township, [revoked], day).ok)).toEqual([true, false]);
  });

  it('lets a new version replace the old one from its first day', () => {
    const first = delegation({ id: 'v', from: 'district', to: 'township', powers: ['accept', 'decide'] });
    const second: Delegation = { ...first, version: 2, powers: ['accept'], validFrom: '2026-04-01' };
    const deciders = ['2026-03-31', '2026-04-01'].map((day) => {
      const found = route(township, [second, first], day);
      return found.ok ? found.value.decide : undefined;
    });
    expect(deciders).toEqual([township, district]);
  });
});

const withoutDistricts = ['441900000000', '441900003000', '441900003001'].map(nodeCode);
const [dongguan, nancheng, community] = withoutDistricts as [NodeCode, NodeCode, NodeCode];

describe('a city without districts', () => {
  const toTownships = delegation({ from: 'district', to: 'township', powers: ['accept', 'decide'] });
  const byAgents = delegation({ from: 'township', to: 'village', powers: ['submit'], form: 'agency' });

  it('gives what districts give elsewhere, and decides what they decide', () => {
    expect(route(community, [toTownships, byAgents])).toMatchObject({
      value: { competent: dongguan, accept: nancheng, decide: nancheng, certify: dongguan, deliver: community },
    });
    const onlyAccepting = delegation({ from: 'district', to: 'township', powers: ['accept'] });
    expect(route(community, [onlyAccepting, byAgents])).toMatchObject({
      value: { accept: nancheng, review: dongguan, decide: dongguan },
    });
    expect(powersAt(dongguan, item, [], on)).toEqual([...powers]);
  });

  it('passes on what the city gives through the tier that it does not have', () => {
    const ofCity: RoutedItem = { ...item, level: 'city' };
    const down = delegation({ from: 'city', to: 'district', powers: ['accept', 'decide'] });
    const found = route(nancheng, [down, toTownships], on, ofCity);
    expect(found).toMatchObject({ value: { competent: dongguan, accept: nancheng, decide: nancheng } });
  });
});

// The rule said again as one recursive sentence, without paths or ordering.
function holdsNaively(node: NodeCode, power: Power, of: RoutedItem, all: readonly Delegation[]): boolean {
  const competent = ancestorAt(node, of.level);
  if (competent === node) return true;
  if (competent === undefined) return false;
  if (power === 'submit' && holdsNaively(node, 'accept', of, all)) return true;
  return all.some((d) => {
    const giver = ancestorAt(node, d.from);
    const covered = d.to === node || d.to === tierOf(node);
    if (giver === undefined || giver === node || !covered || !d.powers.includes(power)) return false;
    return isWithin(giver, competent) && holdsNaively(giver, power, of, all);
  });
}

describe('route of a case, for any delegations', () => {
  const nodes = [city, district, township, village, sisterVillage, otherTownship, otherDistrict, ...withoutDistricts];
  const arbitraryDelegation = fc
    .record({
      from: fc.constantFrom(...tiers),
      to: fc.oneof(fc.constantFrom(...tiers), fc.constantFrom(...nodes)),
      powers: fc.uniqueArray(fc.constantFrom(...powers), { minLength: 1 }),
    })
    .map((parts) => delegation(parts));
  const world = fc.record({
    delegations: fc.array(arbitraryDelegation, { maxLength: 8 }),
    intake: fc.constantFrom(...nodes),
    level: fc.constantFrom(...tiers),
  });

  it('agrees with the naive reading', () => {
    fc.assert(
      fc.property(world, ({ delegations, intake, level }) => {
        const of: RoutedItem = { ...item, level };
        const competent = ancestorAt(intake, level);
        const held = powersAt(intake, of, delegations, on);
        const found = route(intake, delegations, on, of);
        if (competent === undefined) {
          expect(held).toEqual([]);
          expect(found).toMatchObject({ ok: false, refusal: { code: 'delegation.intake-above' } });
          return;
        }
        const path = tiers.flatMap((tier) => ancestorAt(intake, tier) ?? []);
        const onPath = [...new Set(path)].filter((node) => isWithin(node, competent));
        for (const power of ['submit', 'accept', 'review', 'decide', 'certify'] as const) {
          expect(held.includes(power)).toBe(holdsNaively(intake, power, of, delegations));
        }
        expect(found.ok).toBe(holdsNaively(intake, 'submit', of, delegations));
        if (!found.ok) return;
        for (const power of ['accept', 'review', 'decide', 'certify'] as const) {
          const expected = onPath.filter((node) => holdsNaively(node, power, of, delegations)).at(-1) ?? competent;
          expect(found.value[power]).toBe(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});
