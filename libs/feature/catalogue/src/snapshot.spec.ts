import { powersAt } from '@tongban/domain/delegation';
import { nodeCode, type NodeCode, type Result } from '@tongban/kernel';
import fc from 'fast-check';
import {
  aDelegation,
  anItem,
  city,
  district,
  itemCode,
  otherDistrict,
  otherTownship,
  today,
  township,
  village,
} from '@tongban/testkit';
import { delegation, department, heldAs, item } from '../test/held.js';
import { CatalogueSnapshot } from './snapshot.js';

const base = [heldAs(city, department()), heldAs(city, item()), heldAs(city, delegation())];
const snapshot = new CatalogueSnapshot(base);
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);

describe('items of a node', () => {
  it('are those of its ancestors, on the days on which they are offered', () => {
    for (const node of [city, district, township, village, otherDistrict]) {
      expect(snapshot.findItem(node, itemCode, today)).toMatchObject({ ok: true, value: { version: 1 } });
    }
    expect(codeOf(snapshot.findItem(nodeCode('370200000000'), itemCode, today))).toBe('item.unknown');
    expect(codeOf(snapshot.findItem(township, '370511009000', today))).toBe('item.unknown');
    expect(codeOf(snapshot.findItem(township, itemCode, '2025-12-31'))).toBe('item.not-published');
  });

  it('change on the first day of a new version, and the old version stays to be found', () => {
    const next = heldAs(city, item({ version: 2, validFrom: '2026-04-01', validTo: '2026-12-31' }));
    const both = new CatalogueSnapshot([next, ...base]);
    const versionOn = (on: string) => both.findItem(village, itemCode, on);
    expect(versionOn('2026-03-31')).toMatchObject({ value: { version: 1 } });
    expect(versionOn('2026-04-01')).toMatchObject({ value: { version: 2 } });
    expect(codeOf(versionOn('2027-01-01'))).toBe('item.not-published');
    expect(both.findItemVersion(village, itemCode, 1)).toMatchObject({ value: { version: 1 } });
    expect(codeOf(both.findItemVersion(village, itemCode, 3))).toBe('item.version-not-held');
    expect(codeOf(both.findItemVersion(village, '370511009000', 1))).toBe('item.unknown');
  });

  it('end with a tombstone, but not for a case that is pinned to a version', () => {
    const withdrawn = new CatalogueSnapshot([...base, heldAs(city, item({ version: 2 }), true)]);
    expect(codeOf(withdrawn.findItem(township, itemCode, today))).toBe('item.not-published');
    expect(codeOf(withdrawn.findItemVersion(township, itemCode, 1))).toBe('ok');
    expect(withdrawn.offers(township, { limit: 10, on: today }).items).toEqual([]);
  });

  it('cannot be replaced from below', () => {
    const taken = new CatalogueSnapshot([...base, heldAs(district, item({ version: 9, name: '冒名事项' }))]);
    expect(taken.findItem(village, itemCode, today)).toMatchObject({ value: { version: 1 } });
    const foreign = new CatalogueSnapshot([heldAs(district, item({ level: 'city' }))]);
    expect(codeOf(foreign.findItem(village, itemCode, today))).toBe('item.unknown');
  });
});

describe('delegations of a node', () => {
  it('decide its powers and its route', () => {
    expect(snapshot.powers(township, anItem(), today)).toEqual(['submit', 'accept', 'decide', 'deliver']);
    expect(snapshot.powers(village, anItem(), today)).toEqual([]);
    expect(snapshot.powers(city, anItem(), today)).toEqual([]);
    expect(snapshot.route(township, itemCode, today)).toMatchObject({
      ok: true,
      value: { route: { competent: district, accept: township, decide: township, certify: district } },
    });
    expect(codeOf(snapshot.route(village, itemCode, today))).toBe('delegation.none');
    expect(codeOf(snapshot.route(city, itemCode, today))).toBe('delegation.intake-above');
  });

  it('come from every ancestor; an id taken below replaces nothing above', () => {
    const further = delegation({ from: 'township', to: 'village', powers: ['accept'], version: 7 });
    const mixed = new CatalogueSnapshot([...base, heldAs(district, further)]);
    expect(mixed.powers(township, anItem(), today)).toContain('decide');
    expect(mixed.powers(village, anItem(), today)).toContain('accept');
    expect(mixed.powers(nodeCode('371121001001'), anItem(), today)).toEqual([]);
  });

  it('are not heard when their publisher may not give them', () => {
    const stolen = heldAs(township, delegation({ id: 'stolen', from: 'district', to: township, powers: ['certify'] }));
    const abroad = heldAs(district, delegation({ id: 'abroad', to: nodeCode('371121001000'), powers: ['certify'] }));
    const mixed = new CatalogueSnapshot([...base, stolen, abroad]);
    expect(mixed.powers(township, anItem(), today)).not.toContain('certify');
    expect(mixed.powers(nodeCode('371121001000'), anItem(), today)).not.toContain('certify');
  });

  it('end with a tombstone', () => {
    const withdrawn = new CatalogueSnapshot([...base, heldAs(city, delegation({ version: 2 }), true)]);
    expect(withdrawn.powers(township, anItem(), today)).toEqual([]);
  });
});

const codeAt = (index: number): string => `370511${String(index).padStart(3, '0')}000`;
const manyItems = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const code = index < 1000 ? codeAt(index) : `370512${String(index - 1000).padStart(3, '0')}000`;
    return [
      heldAs(city, item({ code, name: `事项 ${index}` })),
      heldAs(city, delegation({ id: `d-${index}`, item: code, to: index % 2 === 0 ? 'township' : otherTownship })),
    ];
  }).flat();

describe('offers of a node', () => {
  const many = new CatalogueSnapshot(manyItems(2_000));

  it('are paged by code, each item once, with the powers held', () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = many.offers(township, { limit: 64, on: today, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items.length).toBeGreaterThan(0);
      for (const { item: offered, powers } of page.items) {
        seen.push(offered.code);
        expect(powers).toEqual(['submit', 'accept', 'decide', 'deliver']);
      }
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(1_000);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(many.offers(otherTownship, { limit: 5_000, on: today }).items).toHaveLength(2_000);
    expect(many.offers(village, { limit: 10, on: today })).toEqual({ items: [] });
  });

  it('are found by words of the name and by the beginning of the code', () => {
    const found = (query: string) => many.offers(district, { query, limit: 50, on: today }).items.length;
    expect(found('事项 1999')).toBe(1);
    expect(found('  1999   事项 ')).toBe(1);
    expect(found('37051200')).toBe(10);
    expect(found('没有这样的事项')).toBe(0);
  });

  it('name exactly the powers that the delegations give', () => {
    const takers: readonly (NodeCode | 'township' | 'village')[] = ['township', 'village', township, village];
    const parts = fc.record({
      from: fc.constantFrom('district' as const, 'township' as const),
      to: fc.constantFrom(...takers),
      powers: fc.uniqueArray(fc.constantFrom('submit' as const, 'accept' as const, 'decide' as const), {
        minLength: 1,
      }),
    });
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 5 }), (list) => {
        const all = list.map((given, index) => aDelegation({ ...given, id: `d-${index}` }));
        const held = all.map((value) => heldAs(city, { kind: 'delegation', value }));
        const built = new CatalogueSnapshot([heldAs(city, item()), ...held]);
        for (const node of [district, township, otherTownship, village]) {
          const expected = powersAt(node, anItem(), all, today);
          const [offered] = built.offers(node, { limit: 1, on: today }).items;
          expect(offered?.powers ?? []).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('departments of a node', () => {
  it('are the newest versions, those from above first', () => {
    const renamed = heldAs(city, department({ version: 2, name: '民政和社会工作局' }));
    const own = heldAs(district, department({ id: 'archives', name: '档案馆', field: '12' }));
    const shadow = heldAs(district, department({ version: 5, name: '冒名部门' }));
    const mixed = new CatalogueSnapshot([...base, renamed, own, shadow]);
    expect(mixed.departmentsOf(township).map(({ name }) => name)).toEqual(['档案馆', '民政和社会工作局']);
    expect(mixed.departmentsOf(city).map(({ name }) => name)).toEqual(['民政和社会工作局']);
  });
});
