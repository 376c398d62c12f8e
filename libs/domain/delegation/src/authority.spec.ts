import fc from 'fast-check';
import { ancestorAt, nodeCode, tiers } from '@tongban/kernel';
import { authorityAt, endingAt } from './authority.js';
import { findDelegationProblems } from './check.js';
import { delegationSchema, powers, type Delegation } from './delegation.js';
import { powersAt, resolveRoute, type RoutedItem } from './route.js';

const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const otherTownship = nodeCode('371102002000');
const village = nodeCode('371102001001');
const item: RoutedItem = { code: '000511001000', level: 'district' };
const on = '2026-03-02';
const delegation = (parts: object): Delegation =>
  delegationSchema.parse({
    id: 'to-townships',
    item: item.code,
    from: 'district',
    to: 'township',
    powers: ['accept', 'decide'],
    form: 'devolved',
    validFrom: '2025-01-01',
    version: 1,
    ...parts,
  });
const ask = (intake = township, list: readonly Delegation[] = [delegation({})], day = on) =>
  authorityAt({ item, intake, delegations: list, on: day });

describe('what a node may do with an item', () => {
  it('says which steps are done here, up to which, by which delegation, and who does the rest', () => {
    const seal = { owner: 'giver', name: '区民政局审批专用章' } as const;
    const quota = { cases: 20, per: 'month' } as const;
    const list = [delegation({ powers: ['accept', 'review'], seal, quota, validTo: '2026-12-31' })];
    const found = ask(township, list);
    expect(found).toMatchObject({
      ok: true,
      value: {
        competent: district,
        byRight: false,
        upTo: 'review',
        steps: [
          { power: 'submit', node: township, here: true, grants: [{ id: 'to-townships', giver: district }] },
          { power: 'accept', here: true, grants: [{ form: 'devolved', seal, quota, lastDay: '2026-12-31' }] },
          { power: 'review', here: true },
          { power: 'decide', node: district, here: false, grants: [] },
          { power: 'certify', node: district },
          { power: 'deliver', node: township, here: true },
        ],
      },
    });
  });

  it('is everything by right at the competent node, nothing without a delegation', () => {
    expect(ask(district, [])).toMatchObject({ value: { byRight: true, upTo: 'deliver', ending: [] } });
    const nothing = ask(village);
    expect(nothing.ok && nothing.value.upTo).toBeUndefined();
    expect(ask(nodeCode('371100000000'))).toMatchObject({ refusal: { code: 'delegation.intake-above' } });
  });

  it.each([
    ['finishHere', undefined, undefined],
    ['handBack', undefined, district],
    ['handOver', otherTownship, otherTownship],
  ])('tells before and after a revocation what becomes of running cases: %s', (runningCases, handTo, to) => {
    const revocation = { runningCases, reason: '机构调整', ...(handTo === undefined ? {} : { handTo }) };
    const list = [delegation({}), delegation({ version: 2, revokedOn: '2026-04-01', revocation })];
    const ending = [{ id: 'to-townships', revokedOn: '2026-04-01', rule: runningCases }];
    expect(ask(township, list)).toMatchObject({ value: { upTo: 'accept', ending } });
    const after = ask(township, list, '2026-04-01');
    expect(after).toMatchObject({ value: { ending } });
    expect(after.ok && [after.value.upTo, after.value.ending[0]?.to]).toEqual([undefined, to]);
    expect(findDelegationProblems([item], list)).toEqual([]);
  });

  it.each([
    ['a rule without a date', { revocation: { runningCases: 'handBack', reason: '调整' } }, '撤销须有日期'],
    [
      'a hand-over to nobody',
      { revokedOn: on, revocation: { runningCases: 'handOver', reason: '调整' } },
      '移交在办件须指定接收单位，其他处理方式不须指定',
    ],
    [
      'a hand-over to the one who loses it',
      { to: township, revokedOn: on, revocation: { runningCases: 'handOver', handTo: township, reason: '调整' } },
      '在办件不能移交给被撤销授权的单位自己',
    ],
  ])('refuses %s', (_, parts, message) => {
    expect(findDelegationProblems([item], [delegation(parts)]).map((problem) => problem.message)).toEqual([message]);
  });

  it('refuses a circle: whoever gives stands above', () => {
    const down = delegation({});
    const up = delegation({ id: 'back', from: 'township', to: district });
    expect(findDelegationProblems([item], [down, up])).toMatchObject([{ id: 'back', message: '只能授予下级' }]);
  });

  it('that has run out hands running cases back, unless a new version goes on', () => {
    const first = delegation({ validTo: '2026-03-31' });
    const endingOn = (day: string, list = [first]) => endingAt({ item, intake: township, delegations: list, on: day });
    expect(endingOn('2026-03-31')).toEqual([]);
    expect(endingOn('2026-04-01')).toMatchObject([
      { id: first.id, revokedOn: '2026-04-01', rule: 'handBack', to: district },
    ]);
    expect(endingOn('2026-04-01', [first, delegation({ version: 2, validFrom: '2026-04-01' })])).toEqual([]);
    const revoked = delegation({ validTo: '2026-03-31', revokedOn: '2026-03-10' });
    expect(endingOn('2026-04-02', [revoked])).toMatchObject([{ revokedOn: '2026-03-10' }]);
  });

  it('names the power to accept as the reason why a node delivers', () => {
    const found = ask(township, [delegation({ id: 'accepting', powers: ['accept'] })]);
    const deliver = found.ok ? found.value.steps.find(({ power }) => power === 'deliver') : undefined;
    expect(deliver).toMatchObject({ here: true, grants: [{ id: 'accepting' }] });
  });

  it('agrees with the powers and the route, and names a holder as giver for everything delegated', () => {
    const arbitrary = fc.record({
      from: fc.constantFrom(...tiers),
      to: fc.oneof(fc.constantFrom(...tiers), fc.constantFrom(township, village)),
      powers: fc.uniqueArray(fc.constantFrom(...powers), { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 6 }), fc.constantFrom(district, township, village), (all, node) => {
        const list = all.map((parts, index) => delegation({ ...parts, id: `d-${index}` }));
        const found = ask(node, list);
        if (!found.ok) throw new Error(found.refusal.detail);
        const { steps, upTo, competent } = found.value;
        const here = steps.filter((step) => step.here).map(({ power }) => power);
        expect(here).toEqual(powersAt(node, item, list, on));
        expect(upTo).toBe(
          powers[powers.findIndex((power) => !here.includes(power)) - 1] ??
            (here.length === powers.length ? 'deliver' : undefined),
        );
        const route = resolveRoute({ item, intake: node, delegations: list, on });
        expect(route.ok).toBe(here.includes('submit'));
        for (const { power, node: by, grants } of steps) {
          if (route.ok && power !== 'submit') expect(by).toBe(route.value[power]);
          if (here.includes(power) && node !== competent) expect(grants.length).toBeGreaterThan(0);
          for (const { giver } of grants) expect(ancestorAt(node, 'district')).toBe(ancestorAt(giver, 'district'));
        }
      }),
      { numRuns: 300 },
    );
  });
});
