import fc from 'fast-check';
import { ancestorAt, nodeCode, tierOf, tiers } from '@tongban/kernel';
import { checkDelegations, findDelegationProblems } from './check.js';
import { delegationSchema, powers, type Delegation } from './delegation.js';
import { powersAt, type RoutedItem } from './route.js';

const items: readonly RoutedItem[] = [{ code: '000511001000', level: 'district' }];
const good = {
  id: 'a',
  item: '000511001000',
  from: 'district',
  to: 'township',
  powers: ['accept', 'decide'],
  form: 'devolved',
  validFrom: '2025-01-01',
  version: 1,
};
const parse = (parts: object): Delegation => delegationSchema.parse({ ...good, ...parts });
const messages = (...list: object[]) => findDelegationProblems(items, list.map(parse)).map(({ message }) => message);

describe('delegations of a catalogue', () => {
  it('accepts a chain, and submitting through accepting', () => {
    const list = [parse({}), parse({ id: 'b', from: 'township', to: 'village', powers: ['submit'], form: 'agency' })];
    expect(checkDelegations(items, list)).toEqual({ ok: true, value: list });
  });

  it.each([
    ['an unknown item', { item: '000511999000' }, '没有事项 000511999000'],
    ['upwards', { from: 'township', to: 'district' }, '只能授予下级'],
    ['to its own tier', { to: 'district' }, '只能授予下级'],
    ['to a node that stands above', { to: '371100000000' }, '只能授予下级'],
    ['from above the competent tier', { from: 'city' }, '事项由县级主管，市级没有可授出的权限'],
    ['what the giver does not hold', { from: 'township', to: 'village' }, '授出方在生效日不具有权限：受理、决定'],
    ['an end before the beginning', { validTo: '2024-12-31' }, '截止日期早于生效日期'],
    ['revoked before it began', { revokedOn: '2024-12-31' }, '撤销日期早于生效日期'],
    ['a power twice', { powers: ['accept', 'accept'] }, '权限重复'],
  ])('names %s', (_, parts, message) => {
    expect(messages(parts)).toEqual([message]);
  });

  it('wants the power held on the day it is given away, by the node that gives it', () => {
    const later = { id: 'b', from: 'township', to: 'village', validFrom: '2024-06-01' };
    expect(messages({}, later)).toEqual(['授出方在生效日不具有权限：受理、决定']);
    const oneTownship = { to: '371102001000' };
    expect(messages(oneTownship, { id: 'b', from: 'township', to: '371102001001' })).toEqual([]);
    expect(messages(oneTownship, { id: 'b', from: 'township', to: '371102002001' })).toHaveLength(1);
    expect(messages({}, {})).toEqual(['同一版本出现两次']);
  });

  it('collects every problem in the refusal', () => {
    const refused = checkDelegations(items, [parse({ to: 'district' }), parse({ id: 'b', from: 'city' })]);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'delegation.invalid' } });
    expect(refused.ok ? [] : refused.refusal.params?.['problems']).toHaveLength(2);
  });

  it('passes a delegation to a node exactly when that node then holds the powers', () => {
    const nodes = ['371102000000', '371102001000', '371102001001', '371102002000'].map(nodeCode);
    const arbitrary = fc.record({
      from: fc.constantFrom(...tiers),
      to: fc.constantFrom(...nodes),
      powers: fc.uniqueArray(fc.constantFrom(...powers), { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 1, maxLength: 6 }), (list) => {
        const all = list.map((parts, index) => parse({ ...parts, id: `d-${index}` }));
        const faulty = new Set(findDelegationProblems(items, all).map(({ id }) => id));
        for (const delegation of all) {
          const to = nodeCode(delegation.to);
          const isDownward = tiers.indexOf(tierOf(to)) > tiers.indexOf(delegation.from);
          const giver = isDownward ? ancestorAt(to, delegation.from) : undefined;
          const [item] = items;
          const held = giver === undefined ? [] : powersAt(giver, item!, all, '2026-01-01');
          const given = delegation.powers.every((power) => held.includes(power));
          expect(faulty.has(delegation.id)).toBe(!given);
        }
      }),
      { numRuns: 300 },
    );
  });
});
