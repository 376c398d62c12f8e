import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { aPlan, anItem, codeAt, round } from '../test/reform.fixture.js';
import { comparePlan } from './compare.js';
import { compareItemsOf } from './items.js';

it('shows each item of the set before and after, and what was done to it', () => {
  const plan = aPlan({
    groups: [
      { name: '行政给付', items: [codeAt(2), codeAt(1)] },
      { name: '公共服务', items: [codeAt(3)] },
    ],
    changes: [
      { kind: 'cutMaterials', item: codeAt(1), materials: ['b'] },
      { kind: 'compress', item: codeAt(1), promisedDays: 5 },
      { kind: 'cancel', item: codeAt(3) },
    ],
  });
  const sides = unwrap(
    compareItemsOf(
      plan,
      [1, 2, 3].map((index) => anItem({ code: codeAt(index) })),
    ),
  );
  const before = { promisedDays: 10, materials: 3, steps: 3, visits: 2 };
  expect(sides).toEqual([
    { group: '行政给付', code: codeAt(2), name: '高龄津贴申领', changes: [], before, after: before },
    {
      ...{ group: '行政给付', code: codeAt(1), name: '高龄津贴申领', changes: ['compress', 'cutMaterials'] },
      ...{ before, after: { ...before, promisedDays: 5, materials: 2 } },
    },
    { group: '公共服务', code: codeAt(3), name: '高龄津贴申领', changes: ['cancel'], before },
  ]);
});

it('adds up to the figures of the round', () => {
  fc.assert(
    fc.property(round, ({ items, plan }) => {
      const sides = unwrap(compareItemsOf(plan, items));
      const { before, after, cancelled } = unwrap(comparePlan(plan, items));
      const sum = (side: 'before' | 'after', of: 'promisedDays' | 'materials' | 'steps') =>
        sides.reduce((total, each) => total + (each[side]?.[of] ?? 0), 0);
      for (const of of ['promisedDays', 'materials', 'steps'] as const) {
        expect([sum('before', of), sum('after', of)]).toEqual([before[of].total, after[of].total]);
      }
      expect(sides.filter((each) => each.after === undefined)).toHaveLength(cancelled);
    }),
  );
});
