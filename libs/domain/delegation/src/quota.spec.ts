import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import { delegationSchema, powers, type Delegation } from './delegation.js';
import { periodStart, withoutUsedUp } from './quota.js';
import { resolveRoute } from './route.js';

const village = nodeCode('371102001001');
const township = nodeCode('371102001000');
const district = nodeCode('371102000000');
const given = (changes: Partial<Delegation>): Delegation =>
  delegationSchema.parse({
    ...{
      id: 'elderly',
      item: '370500013001',
      from: 'district',
      to: 'township',
      powers: ['accept', 'decide', 'certify'],
    },
    ...{ form: 'entrusted', validFrom: '2026-01-01', version: 1 },
    ...changes,
  });
const item = { code: '370500013001', level: 'district' } as const;
const routeWith = (delegations: Delegation[], intake = township) =>
  resolveRoute({ item, intake, delegations, on: '2026-03-02' });

describe('quota', () => {
  it('counts a day, a month or a year of the calendar', () => {
    expect((['day', 'month', 'year'] as const).map((per) => periodStart(per, '2026-03-17'))).toEqual([
      '2026-03-17',
      '2026-03-01',
      '2026-01-01',
    ]);
  });

  it('used up sends upwards what goes beyond taking in', () => {
    const full = given({});
    expect(routeWith([full])).toMatchObject({ value: { accept: township, decide: township } });
    expect(routeWith(withoutUsedUp([full], ['elderly']))).toMatchObject({
      value: { accept: district, decide: district, certify: district, deliver: township },
    });
    expect(withoutUsedUp([full], ['other'])).toEqual([full]);
  });

  it('of an agency is the end of taking in', () => {
    const agency = given({ id: 'agency', to: 'village', powers: ['submit'], form: 'agency' });
    expect(routeWith([agency], village)).toMatchObject({ ok: true });
    expect(routeWith(withoutUsedUp([agency], ['agency']), village)).toMatchObject({
      refusal: { code: 'delegation.none' },
    });
    expect(withoutUsedUp([given({ powers: ['decide'] })], ['elderly'])).toEqual([]);
  });

  it('never gives a power that was not given, nor leaves one that is counted', () => {
    fc.assert(
      fc.property(fc.subarray([...powers], { minLength: 1 }), fc.boolean(), (held, used) => {
        const [left] = withoutUsedUp([given({ powers: held })], used ? ['elderly'] : []);
        for (const power of left?.powers ?? [])
          expect(held.includes(power) || (power === 'submit' && held.includes('accept'))).toBe(true);
        if (used)
          for (const power of ['accept', 'review', 'decide', 'certify'] as const)
            expect(left?.powers ?? []).not.toContain(power);
      }),
    );
  });
});
