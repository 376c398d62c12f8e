import { nodeCode, type NodeCode, type Result } from '@tongban/kernel';
import fc from 'fast-check';
import { aDelegation, aDepartment, anItem, city, district, itemCode, township } from '@tongban/testkit';
import { delegation, department, heldAs, item } from '../../test/held.js';
import { decidePublication, type CataloguePart, type PublicationDecision } from './decide-publication.js';
import type { HeldVersion } from './held.js';

const whole: CataloguePart = { departments: [aDepartment()], items: [anItem()], delegations: [aDelegation()] };
const heldByCity = [heldAs(city, department()), heldAs(city, item()), heldAs(city, delegation())];

const decide = (part: CataloguePart, held: readonly HeldVersion[] = [], node: NodeCode = city) =>
  decidePublication(node, part, held);
const idsOf = (result: Result<PublicationDecision>): string[] =>
  result.ok ? result.value.versions.map(({ key, version }) => `${key}@${version}`) : [result.refusal.code];
const problemsOf = (result: Result<unknown>): string[] =>
  result.ok ? [] : [result.refusal.code, ...((result.refusal.params?.['problems'] ?? []) as string[])];

describe('what is published', () => {
  it('is everything that is new', () => {
    expect(idsOf(decide(whole))).toEqual(['civil-affairs@1', `${itemCode}@1`, 'allowance-to-townships@1']);
  });

  it('is nothing when nothing changed, whatever the order of the members', () => {
    const shuffled = Object.fromEntries(Object.entries(anItem()).reverse()) as ReturnType<typeof anItem>;
    const again = decide({ ...whole, items: [shuffled] }, heldByCity);
    expect(again).toEqual({ ok: true, value: { versions: [], unchanged: 3 } });
  });

  it('is one version after the other when several are given', () => {
    const items = [anItem({ version: 3, validFrom: '2026-06-01' }), anItem({ version: 2, validFrom: '2026-05-01' })];
    expect(idsOf(decide({ items }, heldByCity))).toEqual([`${itemCode}@2`, `${itemCode}@3`]);
  });

  it('may lean on what stands above', () => {
    const own = anItem({ code: '370511002000', name: '村级公益性墓地登记' });
    expect(idsOf(decide({ items: [own] }, heldByCity, district))).toEqual(['370511002000@1']);
    const further = aDelegation({ id: 'further', from: 'township', to: 'village', powers: ['accept'] });
    expect(idsOf(decide({ delegations: [further] }, heldByCity, township))).toEqual(['further@1']);
  });
});

describe('what is refused, with nothing published', () => {
  it('changed content under a version that is taken, or under a lower one', () => {
    expect(idsOf(decide({ items: [anItem({ name: '另一个名称' })] }, heldByCity))).toEqual(['item.version-conflict']);
    const newer = [...heldByCity, heldAs(city, item({ version: 5 }))];
    expect(idsOf(decide({ items: [anItem({ version: 4 })] }, newer))).toEqual(['item.version-conflict']);
    expect(idsOf(decide({ departments: [aDepartment({ name: '民政厅' })] }, heldByCity))).toEqual([
      'catalogue.version-conflict',
    ]);
    const withdrawn = [...heldByCity, heldAs(city, item({ version: 2 }), true)];
    expect(idsOf(decide({ items: [anItem({ version: 2 })] }, withdrawn))).toEqual(['item.version-conflict']);
  });

  it.each([
    ['an item that is not valid', { ...whole, items: [anItem({ promisedDays: 30 })] }, '承诺时限超过法定时限'],
    ['an item without a department', { items: [anItem()] }, '没有部门 civil-affairs'],
    ['a record twice', { ...whole, items: [anItem(), anItem()] }, '出现两次'],
    ['a delegation of no item', { ...whole, items: [] }, `没有事项 ${itemCode}`],
    ['a delegation upwards', { ...whole, delegations: [aDelegation({ to: 'district' })] }, '只能授予下级'],
  ] satisfies [string, CataloguePart, string][])('%s', (_, part, message) => {
    const [code, ...problems] = problemsOf(decide(part));
    expect(code).toMatch(/^(item|delegation)\.invalid$/);
    expect(problems.join()).toContain(message);
  });

  it('what another node has published, or is not this node’s to say', () => {
    expect(problemsOf(decide({ items: [anItem({ version: 2 })] }, heldByCity, district)).join()).toContain(
      `已由 ${city} 发布`,
    );
    const above = anItem({ code: '370511002000', level: 'city' });
    expect(problemsOf(decide({ items: [above] }, heldByCity, district)).join()).toContain('应由上级发布');
    const abroad = aDelegation({ id: 'abroad', to: nodeCode('371121001000') });
    expect(problemsOf(decide({ delegations: [abroad] }, heldByCity, district)).join()).toContain('不在本区划内');
    const provincial = anItem({ code: '370511002000', level: 'province' });
    const [code] = problemsOf(
      decide({ departments: [aDepartment({ tiers: ['province', 'city'] })], items: [provincial] }),
    );
    expect(code).toBeUndefined();
  });

  it('a delegation that is turned to another item', () => {
    const other = anItem({ code: '370511002000' });
    const turned = aDelegation({ item: '370511002000', version: 2 });
    expect(problemsOf(decide({ items: [other], delegations: [turned] }, heldByCity)).join()).toContain('不能改换');
  });

  it('a change of a department or an item that leaves what is published without ground', () => {
    const moved = aDepartment({ version: 2, tiers: ['city'] });
    expect(problemsOf(decide({ departments: [moved] }, heldByCity)).join()).toContain('在这一级没有机构');
    const raised = anItem({ version: 2, level: 'township' });
    expect(problemsOf(decide({ items: [raised] }, heldByCity))[0]).toBe('delegation.invalid');
    const both = { items: [raised], delegations: [aDelegation({ version: 2, from: 'township', to: 'village' })] };
    expect(idsOf(decide(both, heldByCity))).toHaveLength(2);
  });

  it('publishes each version once, however often and in whatever parts the same catalogue comes', () => {
    const versions = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1 });
    fc.assert(
      fc.property(versions, fc.nat(), (numbers, cut) => {
        const items = numbers
          .sort((a, b) => a - b)
          .map((version) => anItem({ version, description: `第 ${version} 版` }));
        const held: HeldVersion[] = [heldAs(city, department())];
        const published: number[] = [];
        const at = cut % (items.length + 1);
        for (const part of [items.slice(0, at), items.slice(at), items, items]) {
          const decision = decide({ items: part }, held);
          if (!decision.ok) throw new Error(decision.refusal.detail);
          for (const { content, version } of decision.value.versions) {
            published.push(version);
            held.push(heldAs(city, content));
          }
        }
        expect(published).toEqual(numbers);
      }),
      { numRuns: 50 },
    );
  });
});
